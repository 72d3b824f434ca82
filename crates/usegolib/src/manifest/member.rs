//! The modules that an artifact is of: one, or those of a bundle.

use serde::{Deserialize, Serialize};

use super::{Header, Manifest};

/// What the manifests of bundles have for a module, and the folder of the store
/// that bundles are in: no import path is within it.
pub const BUNDLES: &str = "_bundles";

/// A module whose packages an artifact offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Module path.
    pub module: String,
    /// Concrete version, or `local`.
    pub version: String,
    /// Import paths of its packages in the artifact.
    pub packages: Vec<String>,
    /// The package patterns it was restricted to; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub package_patterns: Vec<String>,
    /// What a local module was built from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_fingerprint: Option<String>,
}

impl Member {
    /// Whether it has a package, as far as its module's path tells.
    pub fn is_around(&self, package: &str) -> bool {
        package
            .strip_prefix(&self.module)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// The member that an import path is of: the one that has the package, else the
/// one with the longest path around it.
pub fn member_of<'a>(members: &'a [Member], package: &str) -> Option<&'a Member> {
    let has = |member: &&Member| member.packages.iter().any(|one| one == package);
    members.iter().find(has).or_else(|| {
        let around = members.iter().filter(|member| member.is_around(package));
        around.max_by_key(|member| member.module.len())
    })
}

impl Header {
    /// Whether the artifact is a bundle, which no lookup of a module finds.
    pub fn is_bundle(&self) -> bool {
        self.module == BUNDLES
    }
}

impl Manifest {
    /// Whether the artifact is a bundle.
    pub fn is_bundle(&self) -> bool {
        self.module == BUNDLES
    }

    /// The modules it is of.
    pub fn members(&self) -> Vec<Member> {
        if self.is_bundle() {
            return self.members.clone();
        }
        vec![Member {
            module: self.module.clone(),
            version: self.version.clone(),
            packages: self.packages.clone(),
            package_patterns: self.package_patterns.clone(),
            input_fingerprint: self.input_fingerprint.clone(),
        }]
    }

    /// What to call it in messages.
    pub fn title(&self) -> String {
        let members = self.members();
        let names = members
            .iter()
            .map(|member| format!("{}@{}", member.module, member.version));
        names.collect::<Vec<_>>().join(" + ")
    }
}
