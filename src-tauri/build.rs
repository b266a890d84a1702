//! Checks the permissions and capabilities and compiles them into the app.

use tauri_build::{AppManifest, Attributes};

const CAPABILITIES: &str = "src-tauri/capabilities/*.json";
const PERMISSIONS: &str = "src-tauri/permissions/*.toml";

fn main() {
    // tauri-build does not watch paths that are not its own default ones.
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    let attributes = Attributes::new()
        .capabilities_path_pattern(CAPABILITIES)
        .app_manifest(AppManifest::new().permissions_path_pattern(PERMISSIONS));
    if let Err(error) = tauri_build::try_build(attributes) {
        // A build script has no other way to fail than its exit status and what it prints.
        eprintln!("{error:#}");
        std::process::exit(1);
    }
}
