//! The Debian package: installed as dpkg does it, both programs start, and the window has its first
//! screen.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use signalbox_tests::webdriver::built_beside;
use signalbox_tests::window::{Launch, Window};

/// The one package beside the programs that were built with this test.
fn package() -> PathBuf {
    let folder = built_beside("bundle").join("deb");
    let packages = fs::read_dir(&folder).map(|found| {
        let found = found.map(|entry| entry.expect("an entry").path());
        let packages = found.filter(|path| path.extension().is_some_and(|it| it == "deb"));
        packages.collect::<Vec<_>>()
    });
    let packages = packages.unwrap_or_default();
    assert_eq!(
        packages.len(),
        1,
        "scripts/bundle.sh --debug makes one in {}",
        folder.display()
    );
    packages[0].clone()
}

fn told(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}

/// Installs it under `root` as dpkg would under `/`, with a list of packages of its own.
fn install(package: &Path, root: &Path) {
    let admin = root.join("var/lib/dpkg");
    for folder in ["info", "updates", "triggers"] {
        fs::create_dir_all(admin.join(folder)).expect("a folder");
    }
    fs::write(admin.join("status"), "").expect("a file");
    let root = format!("--root={}", root.display());
    let force = ["--force-not-root", "--force-depends", "--force-bad-path"];
    let package = package.to_str().expect("a plain path");
    told(
        "dpkg",
        &[&root, force[0], force[1], force[2], "--install", package],
    );
}

/// What it needs is what this computer has: its own words for it name packages that are there.
fn needs_are_met(package: &Path) {
    let field = told(
        "dpkg-deb",
        &["--field", package.to_str().unwrap(), "Depends"],
    );
    let needs: Vec<&str> = field.trim().split(',').map(str::trim).collect();
    assert!(
        needs.iter().any(|it| it.starts_with("libwebkit2gtk-4.1")),
        "{field}"
    );
    for need in needs {
        let name = need.split([' ', '|', '(']).next().unwrap();
        let state = told("dpkg-query", &["-W", "-f", "${Status}", name]);
        assert_eq!(state, "install ok installed", "{name}");
    }
}

#[test]
#[ignore = "needs a display, WebKitWebDriver and the package: make test runs it"]
fn the_package_is_installed_and_both_programs_start() {
    let package = package();
    needs_are_met(&package);
    let place = tempfile::Builder::new()
        .prefix("signalbox-deb-")
        .tempdir_in("/tmp")
        .unwrap();
    install(&package, place.path());
    let bin = place.path().join("usr/bin");
    let version = told(bin.join("signalbox").to_str().unwrap(), &["--version"]);
    assert!(version.starts_with("signalbox "), "{version}");
    let entry = place
        .path()
        .join("usr/share/applications/Signalbox.desktop");
    let entry = fs::read_to_string(entry).expect("an entry of the menu");
    assert!(entry.contains("Exec=signalbox-desktop"), "{entry}");

    let data = place.path().join("data");
    let mut launch = Launch::on(&data);
    launch.app = bin.join("signalbox-desktop");
    let window = Window::open(&launch);
    window.wait_for("return document.querySelector('main')?.dataset.phase === 'ready'");
    window.screenshot("installed");
    drop(window);
    let installed = format!("--root={}", place.path().display());
    told(
        "dpkg",
        &[&installed, "--force-not-root", "--remove", "signalbox"],
    );
    assert!(!bin.join("signalbox").exists(), "nothing of it stays");
}
