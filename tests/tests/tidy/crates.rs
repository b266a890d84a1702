//! Which crate may know which (DESIGN §3), and how dependencies are named.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, MetadataCommand};
use signalbox_tests::list::root;

use crate::expect_none;

/// For each crate, the crates of the workspace that it may use. Down only.
const OWN: [(&str, &[&str]); 10] = [
    ("signalbox-measure", &[]),
    ("signalbox-scheduler", &[]),
    ("signalbox-phone", &[]),
    ("signalbox-phone-sim", &[]),
    ("signalbox-automation", &["signalbox-phone"]),
    (
        "signalbox-engine",
        &[
            "signalbox-automation",
            "signalbox-phone",
            "signalbox-scheduler",
        ],
    ),
    ("signalbox", &["signalbox-engine", "signalbox-phone-sim"]),
    ("signalbox-desktop", &["signalbox-engine"]),
    // Whole-product tests link no product code; the seeded simulator is about the core alone.
    ("signalbox-tests", &["signalbox-measure"]),
    (
        "signalbox-simulation",
        &["signalbox-measure", "signalbox-scheduler"],
    ),
];

/// Crates from outside that only these may use, since each is one room's business.
const ONLY: [(&str, &[&str]); 33] = [
    ("idevice", &["signalbox-phone"]),
    ("rusqlite", &["signalbox-engine", "signalbox-tests"]),
    ("axum", &["signalbox-engine"]),
    // The document of the API, and the check that comes from it.
    ("schemars", &["signalbox-engine"]),
    ("jsonschema", &["signalbox-engine"]),
    // Wire protocols: the phone, its simulation, and our own API.
    (
        "hyper",
        &[
            "signalbox",
            "signalbox-engine",
            "signalbox-phone",
            "signalbox-phone-sim",
        ],
    ),
    ("plist", &["signalbox-phone", "signalbox-phone-sim"]),
    ("roxmltree", &["signalbox-automation"]),
    ("saphyr-parser", &["signalbox-automation"]),
    ("embedded-graphics", &["signalbox-phone-sim"]),
    ("png", &["signalbox-phone-sim"]),
    ("jpeg-encoder", &["signalbox-phone-sim"]),
    ("xpath-eval", &["signalbox-phone-sim"]),
    // Certificates and the server's end of TLS: a phone's business.
    ("rcgen", &["signalbox-phone-sim"]),
    ("rsa", &["signalbox-phone-sim"]),
    ("rustls", &["signalbox-phone-sim"]),
    ("tokio-rustls", &["signalbox-phone-sim"]),
    (
        "clap",
        &["signalbox", "signalbox-desktop", "signalbox-phone-sim"],
    ),
    ("indicatif", &["signalbox"]),
    ("tauri", &["signalbox-desktop"]),
    ("tauri-build", &["signalbox-desktop"]),
    ("tauri-plugin-autostart", &["signalbox-desktop"]),
    ("tauri-plugin-dialog", &["signalbox-desktop"]),
    ("tauri-plugin-notification", &["signalbox-desktop"]),
    ("tauri-plugin-opener", &["signalbox-desktop"]),
    ("tauri-plugin-single-instance", &["signalbox-desktop"]),
    ("tauri-plugin-window-state", &["signalbox-desktop"]),
    ("objc2-foundation", &["signalbox-desktop"]),
    ("ureq", &["signalbox-tests"]),
    // Chance makes tokens and keys. What is done on a phone, and when, has no part of it.
    ("getrandom", &["signalbox-engine", "signalbox-phone-sim"]),
    ("rand", &[]),
    ("fastrand", &[]),
    // The only network is the phones' and the loopback's: nothing goes through a proxy.
    ("reqwest", &[]),
];

/// All that the core knows.
const SCHEDULER: [&str; 1] = ["serde"];

/// One crate's dependency on another.
struct Edge {
    from: String,
    to: String,
    /// It goes into the product, not only into tests.
    product: bool,
}

fn edges() -> Vec<Edge> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata");
    let packages = metadata.packages.into_iter();
    let edges = packages.flat_map(|package| {
        let from = package.name.to_string();
        package.dependencies.into_iter().map(move |to| Edge {
            from: from.clone(),
            to: to.name,
            product: to.kind != DependencyKind::Development,
        })
    });
    edges.collect()
}

fn forbidden(edges: &[Edge]) -> Vec<String> {
    let own: BTreeMap<&str, &[&str]> = OWN.into_iter().collect();
    let only: BTreeMap<&str, &[&str]> = ONLY.into_iter().collect();
    let wrong = |edge: &&Edge| {
        let (from, to) = (edge.from.as_str(), edge.to.as_str());
        let Some(below) = own.get(from) else {
            return true;
        };
        // Benchmarks measure; nothing that ships does.
        let measures = to == "signalbox-measure" && !edge.product;
        let into_own = own.contains_key(to) && !below.contains(&to) && !measures;
        let into_only = only.get(to).is_some_and(|rooms| !rooms.contains(&from));
        let core = from == "signalbox-scheduler" && edge.product && !SCHEDULER.contains(&to);
        into_own || into_only || core
    };
    let wrong = edges.iter().filter(wrong);
    wrong
        .map(|edge| format!("{} must not depend on {}", edge.from, edge.to))
        .collect()
}

#[test]
fn dependencies_run_down_only() {
    let edges = edges();
    let known = |name: &str| edges.iter().any(|edge| edge.from == name);
    assert!(
        OWN.iter().all(|(name, _)| known(name)),
        "no crate was renamed"
    );
    expect_none(&forbidden(&edges));
}

#[test]
fn a_forbidden_dependency_is_found() {
    let check = |from: &str, to: &str, product, found: usize| {
        let edge = Edge {
            from: from.to_owned(),
            to: to.to_owned(),
            product,
        };
        assert_eq!(forbidden(&[edge]).len(), found, "{from} → {to}");
    };
    check("signalbox", "signalbox-phone-sim", true, 0);
    check("signalbox-engine", "signalbox-phone", true, 0);
    check("signalbox-scheduler", "proptest", false, 0);
    check("signalbox-scheduler", "signalbox-measure", false, 0);
    check("signalbox-scheduler", "signalbox-measure", true, 1);
    check("signalbox-engine", "signalbox-phone-sim", true, 1);
    check("signalbox-automation", "signalbox-phone-sim", false, 1);
    check("signalbox-phone", "signalbox-phone-sim", false, 1);
    check("signalbox-desktop", "signalbox-phone-sim", true, 1);
    check("signalbox-phone-sim", "signalbox-phone", true, 1);
    check("signalbox-phone-sim", "idevice", true, 1);
    check("signalbox-phone", "signalbox-automation", true, 1);
    check("signalbox-automation", "signalbox-scheduler", true, 1);
    check("signalbox-scheduler", "tokio", true, 1);
    check("signalbox-scheduler", "rusqlite", true, 1);
    check("signalbox", "axum", true, 1);
    check("signalbox", "tauri", true, 1);
    check("signalbox", "rusqlite", true, 1);
    check("signalbox-tests", "signalbox-engine", true, 1);
    check("signalbox-unheard-of", "serde", true, 1);
}

/// Dependencies whose version may move where it must not: before 1.0, any release may break.
fn unpinned(manifest: &str) -> Vec<String> {
    let manifest: toml::Table = toml::from_str(manifest).expect("a manifest");
    let dependencies = manifest["workspace"]["dependencies"].as_table();
    let dependencies = dependencies.expect("a table").iter();
    let unpinned = dependencies.filter(|(_, dependency)| {
        let version = dependency
            .as_str()
            .or_else(|| dependency.get("version")?.as_str());
        version.is_some_and(|version| {
            let exact = version.starts_with('=');
            !exact
                && version
                    .trim_start_matches(['^', '~', '>', '=', ' '])
                    .starts_with('0')
        })
    });
    unpinned
        .map(|(name, _)| format!("{name} is before 1.0 and not pinned with ="))
        .collect()
}

#[test]
fn what_is_before_1_0_is_pinned() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    expect_none(&unpinned(&manifest));
    let example = "[workspace.dependencies]\na = \"=0.1.2\"\nb = \"1.2\"\nc = \"0.3\"\n\
        d = { version = \"^0.4\", features = [] }\ne = { path = \"e\" }\n";
    assert_eq!(unpinned(example).len(), 2);
}

/// Dependencies that a member names in its own way: features are fixed once, at the top. What is a
/// workspace of its own, with a lock file of its own, shares none.
fn own_versions(path: &str, manifest: &str) -> Vec<String> {
    let manifest: toml::Table = toml::from_str(manifest).expect("a manifest");
    let alone = manifest.get("workspace").and_then(toml::Value::as_table);
    if alone.is_some_and(toml::Table::is_empty) {
        return Vec::new();
    }
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    let tables = tables
        .iter()
        .filter_map(|name| manifest.get(*name)?.as_table());
    let own = tables.flatten().filter(|(_, dependency)| {
        dependency.as_table().is_none_or(|table| {
            table.get("workspace").and_then(toml::Value::as_bool) != Some(true)
                || table.keys().any(|key| key != "workspace")
        })
    });
    own.map(|(name, _)| format!("{path}: {name} is not just `workspace = true`"))
        .collect()
}

#[test]
fn features_are_fixed_once() {
    for file in crate::files() {
        if file.path.ends_with("Cargo.toml") {
            expect_none(&own_versions(&file.path, &file.text));
        }
    }
    let example = "[dependencies]\na.workspace = true\nb = \"1\"\n\
        [dev-dependencies]\nc = { workspace = true, features = [\"d\"] }\n";
    assert_eq!(own_versions("Cargo.toml", example).len(), 2);
    let alone = format!("[workspace]\n{example}");
    assert_eq!(own_versions("Cargo.toml", &alone).len(), 0);
}

/// Locked packages that come from elsewhere than the language's own registry. The page's lock file
/// names no addresses at all, so that each computer asks the registry it is set up for.
fn other_sources(file: &crate::File) -> Vec<String> {
    let (key, allowed) = match file.path.rsplit('/').next() {
        Some("Cargo.lock") => (
            "source =",
            Some("source = \"registry+https://github.com/rust-lang/"),
        ),
        Some("package-lock.json") => ("\"resolved\":", None),
        _ => return Vec::new(),
    };
    let lines = file.text.lines().zip(1..);
    let other = lines.filter(|(line, _)| {
        let line = line.trim_start();
        line.starts_with(key) && allowed.is_none_or(|allowed| !line.starts_with(allowed))
    });
    other
        .map(|(line, number)| format!("{}:{number}: {}", file.path, line.trim()))
        .collect()
}

#[test]
fn packages_come_from_the_public_registries() {
    let files = crate::files();
    let found: Vec<String> = files.iter().flat_map(other_sources).collect();
    expect_none(&found);
    let check = |path: &str, text: &str, found: usize| {
        let file = crate::File::example(path, text);
        assert_eq!(other_sources(&file).len(), found, "{text}");
    };
    check("Cargo.lock", "source = \"git+https://example.org/x\"\n", 1);
    check(
        "Cargo.lock",
        "source = \"registry+https://mirror.example/\"\n",
        1,
    );
    check(
        "ui/package-lock.json",
        "  \"resolved\": \"https://mirror.example/x.tgz\",\n",
        1,
    );
}
