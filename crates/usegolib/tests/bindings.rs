//! Golden files of the bindings generator: one Python module for each feature
//! of the bridge's golden files. `make bless` rewrites them; `make lint` has
//! their types checked.

use fs_err as fs;
use std::path::Path;

use usegolib::Diagnostic;
use usegolib::python::bindings::{self, BindingsError, Release};
use usegolib::schema::Schema;

fn release<'a>(schema: &'a Schema, module: &'a str) -> Release<'a> {
    Release {
        module,
        version: "v1.2.3",
        schema,
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
        let schema = serde_json::from_str(&text).unwrap();
        let generated = bindings::generate(release(&schema, &module), &module).unwrap();
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
    let error = bindings::generate(release(&schema, "example.com/m"), "example.com/m/sub");
    let error = error.unwrap_err();
    assert!(matches!(error, BindingsError::NoSuchPackage { .. }));
    assert_eq!(
        error.to_string(),
        "example.com/m v1.2.3 has no package example.com/m/sub in its artifact"
    );
    assert_eq!(error.hint().unwrap(), "it has example.com/m");
}
