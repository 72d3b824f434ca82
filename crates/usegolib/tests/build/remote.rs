//! Modules that Go downloads, from a module proxy in a folder.

use crate::support::{Proxy, strings};

const SOURCE: &str = "package p\n\nfunc F() int { return 1 }\n";

fn proxy() -> Proxy {
    let proxy = Proxy::new();
    let go_mod = "module fixture.test/mod\n\ngo 1.20\n";
    for version in ["v1.0.0", "v1.1.0"] {
        proxy.publish(
            "fixture.test/mod",
            version,
            &[("go.mod", go_mod), ("p.go", SOURCE), ("sub/p.go", SOURCE)],
        );
    }
    proxy.publish(
        "fixture.test/mod/v2",
        "v2.0.0",
        &[("go.mod", "module fixture.test/mod/v2\n"), ("p.go", SOURCE)],
    );
    proxy.publish(
        "fixture.test/mod/nested",
        "v0.1.0",
        &[
            ("go.mod", "module fixture.test/mod/nested\n"),
            ("deep/p.go", SOURCE),
        ],
    );
    proxy
}

#[test]
fn versions_are_pinned_or_the_latest() {
    let proxy = proxy();
    let sandbox = proxy.sandbox();
    assert!(sandbox.build(["fixture.test/mod@v1.0.0"]));
    assert!(!sandbox.build(["fixture.test/mod", "--version", "v1.0.0"]));
    assert_eq!(
        sandbox.manifest("fixture.test/mod", "v1.0.0")["version"],
        "v1.0.0"
    );
    assert!(sandbox.build(["fixture.test/mod"]));
    assert_eq!(
        sandbox.manifest("fixture.test/mod", "v1.1.0")["version"],
        "v1.1.0"
    );
    assert!(!sandbox.build(["fixture.test/mod@latest"]));
    assert!(!sandbox.build(["fixture.test/mod@v1"]));
    let done = sandbox.try_build(["fixture.test/mod@v1.0.0", "--version", "v1.1.0"]);
    assert_eq!(done.status, 2);
}

#[test]
fn the_module_with_the_longest_path_has_the_package() {
    let proxy = proxy();
    let sandbox = proxy.sandbox();
    assert!(sandbox.build(["fixture.test/mod/sub@v1.0.0"]));
    assert_eq!(
        strings(&sandbox.manifest("fixture.test/mod", "v1.0.0")["packages"]),
        ["fixture.test/mod", "fixture.test/mod/sub"]
    );
    assert!(!sandbox.build(["fixture.test/mod@v1.0.0"]));
    assert!(sandbox.build(["fixture.test/mod/v2"]));
    sandbox.manifest("fixture.test/mod/v2", "v2.0.0");
    assert!(sandbox.build(["fixture.test/mod/nested/deep"]));
    sandbox.manifest("fixture.test/mod/nested", "v0.1.0");
    // A module without a package at its root.
    assert!(!sandbox.build(["fixture.test/mod/nested@v0.1.0"]));
}

#[test]
fn only_what_the_build_needs_is_downloaded() {
    let proxy = proxy();
    proxy.publish(
        "fixture.test/user",
        "v1.0.0",
        &[
            (
                "go.mod",
                "module fixture.test/user\n\ngo 1.20\n\nrequire (\n\tfixture.test/mod v1.0.0\n\tfixture.test/gone v1.0.0\n)\n",
            ),
            ("user.go", "package user\n\nimport p \"fixture.test/mod\"\n\nfunc F() int { return p.F() }\n"),
            // Nobody publishes this one: the test of a dependency needs it.
            ("user_test.go", "package user\n\nimport _ \"fixture.test/gone\"\n"),
            ("cmd/x/main.go", "package main\n\nimport _ \"fixture.test/gone\"\n\nfunc main() {}\n"),
        ],
    );
    // Its go.mod is all that is there of it.
    proxy.publish(
        "fixture.test/gone",
        "v1.0.0",
        &[("go.mod", "module fixture.test/gone\n")],
    );
    let sandbox = proxy.sandbox();
    assert!(sandbox.build(["fixture.test/user"]));
    let cache = sandbox.path("modules/cache/download/fixture.test");
    assert!(cache.join("mod/@v/v1.0.0.zip").is_file());
    assert!(!cache.join("gone/@v/v1.0.0.zip").exists());
}

#[test]
fn a_downloaded_module_needs_no_proxy() {
    let proxy = proxy();
    let sandbox = proxy.sandbox();
    assert!(sandbox.build(["fixture.test/mod@v1.0.0"]));
    let sandbox = sandbox.with("GOPROXY", "off");
    assert!(sandbox.build(["fixture.test/mod@v1.0.0", "--force"]));
    let done = sandbox.try_build(["fixture.test/mod@v1.0.0", "--redownload"]);
    assert_eq!(done.status, 1, "{}", done.stderr);
    let done = sandbox.try_build([
        "fixture.test/mod@v1.0.0",
        "--force",
        "--gomodcache",
        "other",
    ]);
    assert_eq!(done.status, 1, "{}", done.stderr);
}

#[test]
fn redownload_leaves_the_module_cache_alone() {
    let proxy = proxy();
    let sandbox = proxy.sandbox();
    assert!(sandbox.build(["fixture.test/mod@v1.0.0", "--redownload"]));
    assert!(!sandbox.path("modules/fixture.test").exists());
    assert!(sandbox.build([
        "fixture.test/mod@v1.0.0",
        "--force",
        "--gomodcache",
        "other"
    ]));
    assert!(sandbox.path("other/fixture.test/mod@v1.0.0").is_dir());
}

#[test]
fn packages_that_cannot_be_built_are_left_out() {
    let proxy = proxy();
    proxy.publish(
        "fixture.test/partial",
        "v1.0.0",
        &[
            ("go.mod", "module fixture.test/partial\n\ngo 1.20\n"),
            ("good/good.go", SOURCE),
            (
                "broken/broken.go",
                "package broken\n\nfunc F() int { return \"x\" }\n",
            ),
            (
                "user/user.go",
                "package user\n\nimport _ \"fixture.test/partial/broken\"\n",
            ),
            (
                "elsewhere/e.go",
                "//go:build windows && linux\n\npackage elsewhere\n",
            ),
        ],
    );
    let sandbox = proxy.sandbox();
    assert!(sandbox.build(["fixture.test/partial"]));
    let manifest = sandbox.manifest("fixture.test/partial", "v1.0.0");
    assert_eq!(
        strings(&manifest["packages"]),
        ["fixture.test/partial/good"]
    );
    let excluded = manifest["schema"]["excluded"].as_array().unwrap();
    let reason = |path: &str| {
        let found = excluded.iter().find(|excluded| excluded["path"] == path);
        found.unwrap()["reason"].as_str().unwrap()
    };
    assert!(reason("fixture.test/partial/broken").contains("broken.go:3:23: cannot use"));
    reason("fixture.test/partial/user");
    assert!(reason("fixture.test/partial/elsewhere").contains("build constraints exclude all"));
    // Asked for by name, it is an error, also from the store.
    let done = sandbox.try_build(["fixture.test/partial/broken@v1.0.0"]);
    assert_eq!(done.status, 1);
    assert!(
        done.stderr.contains("broken.go:3:23: cannot use"),
        "{}",
        done.stderr
    );
}

#[test]
fn standard_packages_have_the_version_of_go() {
    let sandbox = Proxy::new().sandbox();
    assert!(sandbox.build(["unicode/utf8"]));
    assert!(!sandbox.build(["unicode/utf8"]));
    let root = sandbox.path("root/unicode");
    let folder = fs_err::read_dir(root).unwrap().next().unwrap().unwrap();
    let name = folder.file_name().into_string().unwrap();
    let version = name.strip_prefix("utf8@").unwrap().to_owned();
    assert!(version.starts_with("go1."));
    let manifest = sandbox.manifest("unicode/utf8", &version);
    assert_eq!(manifest["go_version"], version.as_str());
    assert_eq!(strings(&manifest["packages"]), ["unicode/utf8"]);
    assert!(!sandbox.build([format!("unicode/utf8@{version}")]));
    let done = sandbox.try_build(["unicode/utf8@go1.2.3"]);
    assert_eq!(done.status, 1);
    assert!(
        done.stderr.contains("asked for was go1.2.3"),
        "{}",
        done.stderr
    );
}
