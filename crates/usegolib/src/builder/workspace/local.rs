//! Workspaces for local modules: built in place, through an overlay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::{
    MAIN_FOLDER, RUNTIME_FOLDER, Workspace, main_of, quoted, runtime_folder, runtime_go_mod,
    runtime_requirement, temporary,
};
use crate::builder::BuildError;
use crate::builder::go::Settings;
use crate::builder::scratch::Scratch;
use crate::manifest::GoOptions;
use crate::module::{LocalModule, gomod, packages};

pub(super) const OVERLAY_FILE: &str = "overlay.json";
/// A header that only Go sees, in the folder of each package with C.
const INPUTS_FILE: &str = "usegolib_inputs.h";

/// The file that `-overlay` takes: paths that Go sees, and what is there.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Overlay {
    #[serde(rename = "Replace")]
    replace: BTreeMap<PathBuf, PathBuf>,
    /// The files of the bridge as Go sees them.
    #[serde(skip)]
    bridge: Vec<PathBuf>,
    /// How many files were written for it.
    #[serde(skip)]
    made: usize,
}

impl Overlay {
    /// The overlay that the user set in `GOFLAGS`, whose place ours takes.
    fn of_user(module: &Path, settings: &Settings) -> Result<Self, BuildError> {
        let Some(file) = settings.overlay() else {
            return Ok(Self::default());
        };
        let overlay = fs::read(module.join(file))?;
        let mut overlay: Self =
            serde_json::from_slice(&overlay).map_err(|source| BuildError::Output {
                what: "the overlay of GOFLAGS",
                source,
            })?;
        // Both are relative to where Go runs; an empty path hides a file.
        let absolute = |path: PathBuf| {
            if path.as_os_str().is_empty() {
                path
            } else {
                module.join(path)
            }
        };
        overlay.replace = std::mem::take(&mut overlay.replace)
            .into_iter()
            .map(|(seen, file)| (module.join(seen), absolute(file)))
            .collect();
        Ok(overlay)
    }

    /// The text that Go sees in a file so far.
    fn read(&self, seen: &Path) -> Result<String, BuildError> {
        let file = self.replace.get(seen).map_or(seen, PathBuf::as_path);
        Ok(fs::read_to_string(file)?)
    }

    fn insert(
        &mut self,
        temporary: &Scratch,
        seen: PathBuf,
        contents: &str,
    ) -> Result<(), BuildError> {
        let folder = temporary.path().join("overlay");
        fs::create_dir_all(&folder)?;
        let file = folder.join(self.made.to_string());
        self.made += 1;
        fs::write(&file, contents)?;
        self.replace.insert(seen, file);
        Ok(())
    }

    /// Shows the files of the bridge, each where Go sees it and where it is, in
    /// place of those of an earlier try.
    pub(super) fn set_bridge(&mut self, files: Vec<(PathBuf, PathBuf)>) {
        for seen in self.bridge.drain(..) {
            self.replace.remove(&seen);
        }
        for (seen, file) in files {
            self.replace.insert(seen.clone(), file);
            self.bridge.push(seen);
        }
    }

    /// Shows the bridge's module, still without packages, in a folder of the
    /// module, and requires it in what is the module's `go.mod`, whose text is
    /// given.
    fn require_bridge(
        &mut self,
        temporary: &Scratch,
        module: &Path,
        go_mod: PathBuf,
        text: &str,
    ) -> Result<(), BuildError> {
        let runtime = module.join(RUNTIME_FOLDER).join("go.mod");
        self.insert(temporary, runtime, &runtime_go_mod())?;
        let text = text.to_owned() + &runtime_requirement(&format!("./{RUNTIME_FOLDER}"));
        self.insert(temporary, go_mod, &text)
    }

    pub(super) fn write(&self, file: &Path) -> Result<(), BuildError> {
        let json = serde_json::to_vec(self).map_err(|source| BuildError::Output {
            what: "the overlay",
            source,
        })?;
        Ok(fs::write(file, json)?)
    }
}

impl Workspace {
    /// Has Go see what the packages with C in local members of a bundle read
    /// elsewhere, as the fingerprint says.
    pub(crate) fn show_inputs<'a>(
        &mut self,
        cgo: impl IntoIterator<Item = &'a (PathBuf, String)>,
    ) -> Result<(), BuildError> {
        let mut overlay = Overlay::default();
        for (folder, digest) in cgo {
            for seen in self.linked(folder)? {
                overlay.insert(&self.temporary, seen.join(INPUTS_FILE), &inputs(digest))?;
            }
        }
        if overlay.replace.is_empty() {
            return Ok(());
        }
        let file = self.temporary.path().join(OVERLAY_FILE);
        overlay.write(&file)?;
        let mut flag = std::ffi::OsString::from("-overlay=");
        flag.push(&file);
        self.flags.push(flag);
        Ok(())
    }

    /// A workspace in the folder of a local module, given what Go says about it
    /// and what the fingerprint says of its packages with C.
    pub(crate) fn local(
        module: &LocalModule,
        settings: &Settings,
        cgo: &[(PathBuf, String)],
    ) -> Result<Self, BuildError> {
        let temporary = temporary()?;
        let mut overlay = Overlay::of_user(&module.root, settings)?;
        let go_mod = settings.mod_file().unwrap_or(Path::new("go.mod"));
        let go_mod = module.root.join(go_mod);
        let text = overlay.read(&go_mod)?;
        if let Some(work) = settings.work_file() {
            let text = overlay.read(work)?;
            if !lists(&text, work, module) {
                return Err(BuildError::NotInWorkspace {
                    module: module.path.clone(),
                    folder: module.root.clone(),
                    work: work.to_owned(),
                });
            }
            let used = format!("\nuse {}\n", quoted(&runtime_folder(&temporary)));
            overlay.insert(&temporary, work.to_owned(), &(text + &used))?;
        } else if let Some(vendored) = vendored(module, &text, settings)? {
            for vendored in &vendored {
                let file = vendor_folder(module, vendored).join("go.mod");
                let go = vendored
                    .go
                    .as_ref()
                    .map_or_else(String::new, |go| format!("\ngo {go}\n"));
                let text = format!("module {}\n{go}", vendored.path);
                overlay.insert(&temporary, file, &text)?;
            }
            let text = vendoring_go_mod(&text, &vendored);
            overlay.require_bridge(&temporary, &module.root, go_mod, &text)?;
        } else {
            overlay.require_bridge(&temporary, &module.root, go_mod, &text)?;
        }
        for (folder, digest) in cgo {
            // Go's cache knows a package by the files in its folder.
            overlay.insert(&temporary, folder.join(INPUTS_FILE), &inputs(digest))?;
        }
        let file = temporary.path().join(OVERLAY_FILE);
        overlay.write(&file)?;
        let mut overlay_flag = std::ffi::OsString::from("-overlay=");
        overlay_flag.push(&file);
        Ok(Self {
            temporary,
            directory: module.root.clone(),
            module: module.path.clone(),
            requested: vec![module.package.clone()],
            own: vec![module.path.clone()],
            packages: packages::importable(&module.root, &module.path)?,
            flags: vec!["-mod=readonly".into(), overlay_flag],
            options: GoOptions::default(),
            main_pattern: format!("./{MAIN_FOLDER}"),
            main: main_of(&module.path),
            overlay: Some(overlay),
        })
    }
}

/// The text of the header that only Go sees.
fn inputs(digest: &str) -> String {
    format!("/* What is read elsewhere: {digest} */\n")
}

/// Whether a `go.work` lists the folder of a module.
fn lists(text: &str, work: &Path, module: &LocalModule) -> bool {
    let folder = work.parent().unwrap_or(Path::new(""));
    let mut uses = gomod::directives(text);
    uses.retain(|directive| directive[0] == "use");
    gomod::local_directories(&uses, folder)
        .iter()
        .any(|used| fs::canonicalize(used).is_ok_and(|used| used == module.root))
}

/// The vendored modules, if Go would build with the vendor folder.
///
/// Go checks that the vendor folder fits the `go.mod`, into which the bridge
/// would not fit; so for the build each vendored module is replaced by its
/// folder, which comes to the same and needs no network either.
fn vendored(
    module: &LocalModule,
    go_mod: &str,
    settings: &Settings,
) -> Result<Option<Vec<gomod::Vendored>>, BuildError> {
    let list = module.root.join("vendor/modules.txt");
    let on = match settings.module_mode() {
        Some(mode) => mode == "vendor",
        None => !predates_vendoring(go_mod),
    };
    if !on || !list.is_file() {
        return Ok(None);
    }
    Ok(Some(gomod::vendored(&fs::read_to_string(list)?)))
}

/// Vendor folders are used by default since the language version 1.14; without
/// a `go` line Go takes 1.16.
fn predates_vendoring(go_mod: &str) -> bool {
    gomod::first_argument(&gomod::directives(go_mod), "go")
        .and_then(|go| {
            go.strip_prefix("1.")?
                .split('.')
                .next()?
                .parse::<u32>()
                .ok()
        })
        .is_some_and(|minor| minor < 14)
}

fn vendor_folder(module: &LocalModule, vendored: &gomod::Vendored) -> PathBuf {
    module.root.join("vendor").join(&vendored.path)
}

/// A `go.mod` that says the same, but requires exactly the vendored modules
/// and replaces each by its folder.
fn vendoring_go_mod(go_mod: &str, vendored: &[gomod::Vendored]) -> String {
    let mut text = String::new();
    for directive in gomod::directives(go_mod) {
        if matches!(
            directive[0].as_str(),
            "module" | "go" | "toolchain" | "godebug"
        ) {
            text.push_str(&directive.join(" "));
            text.push('\n');
        }
    }
    for module in vendored {
        let path = &module.path;
        let folder = gomod::quote(&format!("./vendor/{path}"));
        text.push_str(&["require ", path, " ", &module.version, "\n"].concat());
        text.push_str(&["replace ", path, " => ", &folder, "\n"].concat());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendoring_replaces_requirements() {
        let text = vendoring_go_mod(
            "module e.c/m\ngo 1.22\nrequire a.b/c v1.0.0\nreplace a.b/c => ../c\n",
            &[gomod::Vendored {
                path: "a.b/c".to_owned(),
                version: "v1.0.0".to_owned(),
                go: None,
            }],
        );
        assert_eq!(
            text,
            "module e.c/m\ngo 1.22\nrequire a.b/c v1.0.0\nreplace a.b/c => \"./vendor/a.b/c\"\n"
        );
    }

    #[test]
    fn vendoring_is_on_since_1_14() {
        assert!(predates_vendoring("module m\ngo 1.13\n"));
        assert!(!predates_vendoring("module m\ngo 1.14\n"));
        assert!(!predates_vendoring("module m\ngo 1.21.3\n"));
        assert!(!predates_vendoring("module m\n"));
    }
}
