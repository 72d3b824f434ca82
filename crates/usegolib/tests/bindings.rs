//! Golden files of the bindings generator: one Python module for each feature
//! of the bridge's golden files. `make bless` rewrites them; `make lint` has
//! their types checked.

use fs_err as fs;
use std::path::Path;

use usegolib::Diagnostic;
use usegolib::bindgen::{self, BindgenError};
use usegolib::manifest::{ABI_VERSION, Library, MANIFEST_VERSION, Manifest};
use usegolib::schema::Schema;

fn manifest(schema: Schema, module: &str) -> Manifest {
    Manifest {
        manifest_version: MANIFEST_VERSION,
        abi_version: ABI_VERSION,
        module: module.to_owned(),
        version: "v1.2.3".to_owned(),
        goos: "linux".to_owned(),
        goarch: "amd64".to_owned(),
        go_version: String::new(),
        usegolib_version: String::new(),
        packages: schema.packages.iter().map(|one| one.path.clone()).collect(),
        package_patterns: Vec::new(),
        instantiations: Vec::new(),
        symbols: Vec::new(),
        schema,
        library: Library::default(),
        go_options: usegolib::manifest::GoOptions::default(),
        go_environment: std::collections::BTreeMap::new(),
        tried: false,
        input_fingerprint: None,
    }
}

#[test]
fn generated_modules_are_as_expected() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let bless = std::env::var_os("USEGOLIB_BLESS").is_some();
    let mut seen = 0;
    for feature in fs::read_dir(golden.join("bridge")).unwrap() {
        let feature = feature.unwrap();
        let name = feature.file_name().into_string().unwrap();
        let text = fs::read_to_string(feature.path().join("schema.json")).unwrap();
        let module = format!("example.com/{name}");
        let manifest = manifest(serde_json::from_str(&text).unwrap(), &module);
        let generated = bindgen::generate(&manifest, &module).unwrap();
        let path = golden.join(format!("bindings/{name}.py"));
        if bless {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, generated).unwrap();
            continue;
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            generated == expected,
            "{} differs: run make bless and look at the diff",
            path.display()
        );
        seen += 1;
    }
    assert!(bless || seen > 10, "{seen}");
}

#[test]
fn a_package_that_is_not_in_the_artifact_is_named() {
    let schema = Schema {
        packages: vec![usegolib::schema::Package {
            path: "example.com/m".to_owned(),
            ..Default::default()
        }],
        ..Schema::default()
    };
    let error = bindgen::generate(&manifest(schema, "example.com/m"), "example.com/m/sub");
    let error = error.unwrap_err();
    assert!(matches!(error, BindgenError::NoSuchPackage { .. }));
    assert_eq!(
        error.to_string(),
        "example.com/m v1.2.3 has no package example.com/m/sub in its artifact"
    );
    assert_eq!(error.hint().unwrap(), "it has example.com/m");
}
