//! What an artifact exports, arranged for people and for programs.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use crate::artifact::Artifact;
use crate::coverage::{self, Survey};
use crate::manifest::Manifest;
use crate::schema::implementable::{self, Implementable};
use crate::schema::reason::Reason;
use crate::schema::{
    Constant, Function, GenericFunction, GenericInstance, GenericType, RefusedInstance, Schema,
    TypeDeclaration, Variable, declaration, expression,
};

/// An artifact, package by package.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    module: String,
    version: String,
    platform: String,
    go_version: String,
    usegolib_version: String,
    folder: PathBuf,
    /// Whether the library was loaded once before it was installed.
    tried: bool,
    packages: Vec<Package>,
    excluded: Vec<Excluded>,
    /// Types that are only passed on: those beyond the nearest ones, whose fields and
    /// methods the library has.
    beyond: Vec<String>,
    /// Interfaces that Python's objects can't implement, as those before them use up
    /// the budget.
    not_implementable: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Package {
    path: String,
    functions: Vec<String>,
    generics: Vec<String>,
    types: Vec<Type>,
    constants: Vec<String>,
    variables: Vec<String>,
    unsupported: Vec<Unsupported>,
    /// What can be called, but not with values that Python can have.
    unreached: Vec<Unsupported>,
    coverage: Coverage,
    /// What keeps how many from being called.
    #[serde(skip)]
    obstacles: Vec<(String, usize)>,
}

#[derive(Debug, Serialize)]
struct Type {
    declaration: String,
    methods: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Unsupported {
    declaration: String,
    /// In words.
    reason: String,
    /// As data.
    #[serde(flatten)]
    why: Reason,
}

#[derive(Debug, Serialize)]
struct Excluded {
    path: String,
    reason: String,
}

/// How many of a package's exported functions and methods can be called.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Coverage {
    callable: usize,
    total: usize,
}

impl Report {
    pub(super) fn new(artifact: &Artifact, manifest: &Manifest) -> Self {
        let schema = &manifest.schema;
        let survey = Survey::new(schema);
        let contents = Contents::new(schema);
        Self {
            module: manifest.module.clone(),
            version: manifest.version.clone(),
            platform: format!("{}/{}", manifest.goos, manifest.goarch),
            go_version: manifest.go_version.clone(),
            usegolib_version: manifest.usegolib_version.clone(),
            folder: artifact.folder.clone(),
            tried: manifest.tried,
            packages: manifest
                .packages
                .iter()
                .map(|path| package(&contents, path, &survey))
                .collect(),
            excluded: schema
                .excluded
                .iter()
                .map(|excluded| Excluded {
                    path: excluded.path.clone(),
                    reason: excluded.reason.trim().to_owned(),
                })
                .collect(),
            beyond: schema
                .types
                .iter()
                .filter(|one| one.is_beyond())
                .map(|one| one.name.clone())
                .collect(),
            not_implementable: Implementable::of(schema)
                .beyond
                .into_iter()
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Per package, how much is callable and what keeps the rest from it.
    pub(super) fn coverage(&self) -> String {
        let mut text = String::new();
        let mut sum = Coverage::default();
        for package in &self.packages {
            let coverage = package.coverage;
            sum.callable += coverage.callable;
            sum.total += coverage.total;
            line(&mut text, 0, &format!("{}: {coverage}", package.path));
            for (reason, count) in &package.obstacles {
                line(&mut text, 1, &format!("{count} × {reason}"));
            }
        }
        for excluded in &self.excluded {
            line(&mut text, 0, &format!("{}: left out", excluded.path));
        }
        if !self.beyond.is_empty() {
            let count = self.beyond.len();
            line(
                &mut text,
                0,
                &format!("{count} types are beyond the nearest ones, and only passed on"),
            );
        }
        line(&mut text, 0, &format!("all packages: {sum}"));
        text
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!(
            "{}@{} for {} ({}, usegolib {})\n{}\n",
            self.module,
            self.version,
            self.platform,
            self.go_version,
            self.usegolib_version,
            self.folder.display()
        );
        if !self.tried {
            text.push_str("never loaded: the build did not try it\n");
        }
        for package in &self.packages {
            package.write(&mut text);
        }
        if !self.beyond.is_empty() {
            line(
                &mut text,
                0,
                "Beyond the nearest types (only passed on, without fields and methods)",
            );
            for name in &self.beyond {
                line(&mut text, 1, name);
            }
        }
        if !self.not_implementable.is_empty() {
            let budget = implementable::METHODS;
            line(
                &mut text,
                0,
                &format!(
                    "Not to be implemented in Python (others use up the budget of {budget} methods)"
                ),
            );
            for name in &self.not_implementable {
                line(&mut text, 1, name);
            }
        }
        if !self.excluded.is_empty() {
            text.push_str("\npackages left out\n");
            for excluded in &self.excluded {
                line(&mut text, 1, &excluded.path);
                line(&mut text, 2, &excluded.reason);
            }
        }
        f.write_str(&text)
    }
}

impl Package {
    fn write(&self, text: &mut String) {
        text.push('\n');
        line(
            text,
            0,
            &format!("package {} ({})", self.path, self.coverage),
        );
        let lists = [
            ("functions", &self.functions),
            ("generic functions and types", &self.generics),
            ("constants", &self.constants),
            ("variables", &self.variables),
        ];
        for (title, items) in lists {
            if !items.is_empty() {
                line(text, 1, title);
                for item in items {
                    line(text, 2, item);
                }
            }
        }
        if !self.types.is_empty() {
            line(text, 1, "types");
            for item in &self.types {
                line(text, 2, &item.declaration);
                for method in &item.methods {
                    line(text, 3, method);
                }
            }
        }
        for (title, items) in [
            ("not usable", &self.unsupported),
            ("not of use from Python yet", &self.unreached),
        ] {
            if !items.is_empty() {
                line(text, 1, title);
            }
            for item in items {
                line(text, 2, &item.declaration);
                line(text, 3, &item.reason);
            }
        }
    }
}

impl Unsupported {
    fn new(declaration: String, why: &Reason) -> Self {
        Self {
            declaration,
            reason: why.to_string(),
            why: why.clone(),
        }
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { callable, total } = self;
        // Nothing to call is nothing missing.
        let percent = (callable * 100).checked_div(*total).unwrap_or(100);
        write!(f, "{callable} of {total} callable, {percent} %")
    }
}

/// A schema's parts by what they belong to, so that none is looked for.
struct Contents<'a> {
    functions: HashMap<&'a str, Vec<&'a Function>>,
    generics: HashMap<&'a str, Vec<&'a GenericFunction>>,
    instances: HashMap<&'a str, Vec<&'a GenericInstance>>,
    generic_types: HashMap<&'a str, Vec<&'a GenericType>>,
    types: HashMap<&'a str, Vec<&'a TypeDeclaration>>,
    constants: HashMap<&'a str, Vec<&'a Constant>>,
    variables: HashMap<&'a str, Vec<&'a Variable>>,
    /// By their receivers' types.
    methods_of: HashMap<&'a str, Vec<&'a Function>>,
}

impl<'a> Contents<'a> {
    fn new(schema: &'a Schema) -> Self {
        Self {
            functions: grouped(&schema.symbols, |function| &function.pkg),
            generics: grouped(&schema.generic_functions, |function| &function.pkg),
            instances: grouped(&schema.generics, |instance| &instance.pkg),
            generic_types: grouped(&schema.generic_types, |declared| &declared.pkg),
            types: grouped(&schema.types, |declaration| &declaration.pkg),
            constants: grouped(&schema.consts, |constant| &constant.pkg),
            variables: grouped(&schema.vars, |variable| &variable.pkg),
            methods_of: grouped(&schema.methods, |method| {
                method.recv.as_deref().unwrap_or_default()
            }),
        }
    }
}

/// Items by a key, in their order.
fn grouped<'a, T: 'a>(
    items: impl IntoIterator<Item = &'a T>,
    key: impl Fn(&'a T) -> &'a str,
) -> HashMap<&'a str, Vec<&'a T>> {
    let mut groups: HashMap<&str, Vec<&T>> = HashMap::new();
    for item in items {
        groups.entry(key(item)).or_default().push(item);
    }
    groups
}

/// What belongs to `key`, in order.
fn of<'a, 'c, T>(groups: &'c HashMap<&str, Vec<&'a T>>, key: &str) -> &'c [&'a T] {
    groups.get(key).map_or(&[], Vec::as_slice)
}

fn package(contents: &Contents<'_>, path: &str, survey: &Survey<'_>) -> Package {
    let functions = of(&contents.functions, path);
    let surveyed = survey.package(path);
    let unsupported = surveyed.iter().flat_map(|package| &package.unsupported);
    let unsupported = unsupported.map(|one| {
        let is_declared = !one.signature.is_empty();
        let declaration = if is_declared {
            &one.signature
        } else {
            &one.name
        };
        Unsupported::new(declaration.clone(), &one.reason)
    });
    let unreached = surveyed.iter().flat_map(|package| &package.unreached);
    let unreached = unreached.map(|(function, reason)| {
        let declaration = format!("func {}", declaration::within(function, path));
        Unsupported::new(declaration, reason)
    });
    Package {
        path: path.to_owned(),
        functions: functions
            .iter()
            .filter(|function| !function.implied)
            .map(|function| declaration::within(function, path))
            .collect(),
        generics: generics_of(contents, path),
        types: of(&contents.types, path)
            .iter()
            .map(|declaration| type_(declaration, contents, path))
            .collect(),
        constants: of(&contents.constants, path)
            .iter()
            .map(|constant| {
                let kind = expression::short_within(&constant.type_, path);
                format!("{} {kind} = {}", constant.name, constant.value)
            })
            .collect(),
        variables: of(&contents.variables, path)
            .iter()
            .map(|variable| {
                format!(
                    "{} {}",
                    variable.name,
                    expression::short_within(&variable.type_, path)
                )
            })
            .collect(),
        unsupported: unsupported.collect(),
        unreached: unreached.collect(),
        coverage: surveyed.map_or_else(Coverage::default, |package| Coverage {
            callable: package.callable(),
            total: package.total(),
        }),
        obstacles: surveyed.map_or_else(Vec::new, coverage::Package::obstacles),
    }
}

/// Generic functions and types with how many instantiations of each there are.
fn generics_of(contents: &Contents<'_>, path: &str) -> Vec<String> {
    let mut symbols: HashMap<&str, HashSet<&str>> = HashMap::new();
    for instance in of(&contents.instances, path) {
        symbols
            .entry(&instance.name)
            .or_default()
            .insert(&instance.symbol);
    }
    let functions = of(&contents.generics, path).iter().filter_map(|function| {
        let count = symbols.get(function.name.as_str())?.len();
        let parameters: Vec<_> = function.type_params.iter().map(|one| &*one.name).collect();
        let (left_out, refused) = (function.left_out, &function.refused);
        Some(generic(
            &function.name,
            &parameters,
            count,
            left_out,
            refused,
        ))
    });
    let types = of(&contents.generic_types, path).iter().map(|declared| {
        let prefix = format!("{}[", declared.name);
        let instances = of(&contents.types, path).iter();
        let count = instances
            .filter(|one| one.ident.starts_with(&prefix))
            .count();
        let parameters: Vec<_> = declared.type_params.iter().map(String::as_str).collect();
        let (left_out, refused) = (declared.left_out, &declared.refused);
        generic(&declared.name, &parameters, count, left_out, refused)
    });
    functions.chain(types).collect()
}

/// What there is of something generic.
fn generic(
    name: &str,
    parameters: &[&str],
    count: usize,
    left_out: u32,
    refused: &[RefusedInstance],
) -> String {
    let mut text = format!("{name}[{}]: for {count} types", parameters.join(", "));
    if left_out > 0 {
        let _ = write!(text, ", {left_out} left out by the budget");
    }
    for one in refused {
        let arguments = one.type_args.join(", ");
        let _ = write!(text, "\n  not for [{arguments}]: {}", one.reason);
    }
    text
}

fn type_(declaration: &TypeDeclaration, contents: &Contents<'_>, pkg: &str) -> Type {
    let what = if declaration.underlying.is_empty() {
        format!("{:?}", declaration.kind).to_lowercase()
    } else {
        expression::short_within(&declaration.underlying, pkg)
    };
    Type {
        declaration: format!("{} {what}", declaration.ident),
        methods: of(&contents.methods_of, &declaration.name)
            .iter()
            .map(|method| declaration::within(method, pkg))
            .collect(),
    }
}

/// A text of one or more lines, indented.
fn line(text: &mut String, depth: usize, item: &str) {
    for part in item.lines() {
        // Writing to a string doesn't fail.
        let _ = writeln!(text, "{:indent$}{part}", "", indent = depth * 2);
    }
}
