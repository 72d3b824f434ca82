//! What is compiled into a library, module by module: for people, and as the
//! bills of materials that others read.

// Writing to a string doesn't fail, so those results are dropped.
use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::manifest::{Manifest, Module, STANDARD_LIBRARY};
use crate::module::LOCAL_VERSION;

/// The formats of bills of materials.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    /// SPDX 2.3, as JSON
    Spdx,
    /// `CycloneDX` 1.6, as JSON
    Cyclonedx,
}

/// A line for each module: path, version, licences and their files.
pub(super) fn text(manifest: &Manifest) -> String {
    let mut text = String::new();
    for module in &manifest.modules {
        let files: Vec<_> = module
            .licenses
            .iter()
            .map(|one| one.file.as_str())
            .collect();
        let files = if files.is_empty() {
            "no licence file".to_owned()
        } else {
            files.join(", ")
        };
        let identifiers = identifiers(module);
        let identifiers = if identifiers.is_empty() {
            "unknown".to_owned()
        } else {
            identifiers.join(", ")
        };
        let _ = write!(text, "{} {}", module.path, module.version);
        if !module.replaced_by.is_empty() {
            let _ = write!(text, " => {}", module.replaced_by);
        }
        let _ = writeln!(text, "  {identifiers}  ({files})");
    }
    text
}

/// The licences of a module that are known by their texts, each once.
fn identifiers(module: &Module) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for license in &module.licenses {
        if !license.spdx.is_empty() && !found.contains(&license.spdx.as_str()) {
            found.push(&license.spdx);
        }
    }
    found
}

/// The bill of materials of an artifact.
pub(super) fn bill(manifest: &Manifest, format: Format) -> Value {
    match format {
        Format::Spdx => spdx(manifest),
        Format::Cyclonedx => cyclonedx(manifest),
    }
}

fn spdx(manifest: &Manifest) -> Value {
    let sha256 = manifest.library.sha256.as_deref().unwrap_or_default();
    let mut packages = vec![json!({
        "SPDXID": "SPDXRef-Library",
        "name": manifest.title(),
        "versionInfo": manifest.version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": false,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "checksums": [{"algorithm": "SHA256", "checksumValue": sha256}],
    })];
    let mut relationships = vec![json!({
        "spdxElementId": "SPDXRef-DOCUMENT",
        "relationshipType": "DESCRIBES",
        "relatedSpdxElement": "SPDXRef-Library",
    })];
    for (at, module) in manifest.modules.iter().enumerate() {
        let id = format!("SPDXRef-Module-{at}");
        let declared = match identifiers(module).as_slice() {
            [] => "NOASSERTION".to_owned(),
            all => all.join(" AND "),
        };
        let mut package = json!({
            "SPDXID": id,
            "name": module.path,
            "versionInfo": module.version,
            "downloadLocation": "NOASSERTION",
            "filesAnalyzed": false,
            "licenseConcluded": "NOASSERTION",
            "licenseDeclared": declared,
            "copyrightText": "NOASSERTION",
        });
        if let Some(purl) = purl(module) {
            package["externalRefs"] = json!([{
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": purl,
            }]);
        }
        packages.push(package);
        relationships.push(json!({
            "spdxElementId": "SPDXRef-Library",
            "relationshipType": "STATIC_LINK",
            "relatedSpdxElement": id,
        }));
    }
    json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": manifest.title(),
        "documentNamespace": format!("https://spdx.org/spdxdocs/usegolib-{sha256}"),
        "creationInfo": {
            "created": timestamp(now()),
            "creators": [format!("Tool: usegolib-{}", env!("CARGO_PKG_VERSION"))],
        },
        "packages": packages,
        "relationships": relationships,
    })
}

fn cyclonedx(manifest: &Manifest) -> Value {
    let component = |module: &Module| {
        let licenses: Vec<_> = identifiers(module)
            .into_iter()
            .map(|id| json!({"license": {"id": id}}))
            .collect();
        let mut component = json!({
            "type": "library",
            "bom-ref": format!("{}@{}", module.path, module.version),
            "name": module.path,
            "version": module.version,
            "licenses": licenses,
        });
        if let Some(purl) = purl(module) {
            component["purl"] = purl.into();
        }
        component
    };
    let components: Vec<_> = manifest.modules.iter().map(component).collect();
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": timestamp(now()),
            "component": {
                "type": "library",
                "bom-ref": "library",
                "name": manifest.title(),
                "version": manifest.version,
                "hashes": [{
                    "alg": "SHA-256",
                    "content": manifest.library.sha256.as_deref().unwrap_or_default(),
                }],
            },
        },
        "components": components,
    })
}

/// The package URL of a module that others can have, too.
fn purl(module: &Module) -> Option<String> {
    let (path, version) = match module.replaced_by.split_once('@') {
        Some(other) => other,
        None => (module.path.as_str(), module.version.as_str()),
    };
    let is_local = version == LOCAL_VERSION || module.replaced_by == LOCAL_VERSION;
    (!is_local).then(|| {
        let path = if path == STANDARD_LIBRARY {
            "stdlib"
        } else {
            path
        };
        format!("pkg:golang/{path}@{}", version.replace('+', "%2B"))
    })
}

/// `SOURCE_DATE_EPOCH` where it is set, for what is to be the same each time.
fn now() -> u64 {
    let fixed = std::env::var("SOURCE_DATE_EPOCH");
    fixed
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since.map_or(0, |since| since.as_secs())
        })
}

/// Seconds since 1970 as RFC 3339 has them, in UTC.
fn timestamp(seconds: u64) -> String {
    let (days, of_day) = (seconds / 86_400, seconds % 86_400);
    // Years that begin in March have their leap day at the end.
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_704_067_199, "2023-12-31T23:59:59Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
        ] {
            assert_eq!(timestamp(seconds), text);
        }
    }

    #[test]
    fn only_modules_that_others_can_have_have_a_package_url() {
        let module = |path: &str, version: &str, replaced_by: &str| Module {
            path: path.to_owned(),
            version: version.to_owned(),
            replaced_by: replaced_by.to_owned(),
            ..Module::default()
        };
        for (module, found) in [
            (
                module("a.b/c", "v2.0.0+incompatible", ""),
                Some("pkg:golang/a.b/c@v2.0.0%2Bincompatible"),
            ),
            (
                module("std", "go1.26.8", ""),
                Some("pkg:golang/stdlib@go1.26.8"),
            ),
            (
                module("a.b/c", "v1.0.0", "d.e/f@v1.1.0"),
                Some("pkg:golang/d.e/f@v1.1.0"),
            ),
            (module("a.b/c", "local", ""), None),
            (module("a.b/c", "local", "local"), None),
        ] {
            assert_eq!(purl(&module).as_deref(), found);
        }
    }
}
