//! The desktop shell: a window. The engine moves into it once its commands exist; until then the
//! page says that it has none.

/// Opens the window and stays until it is closed. Answers the process's exit code.
pub fn run() -> i32 {
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(
            |_app, _arguments, _folder| {},
        ))
        .build(tauri::generate_context!());
    match app {
        Ok(app) => app.run_return(|_app, _event| {}),
        Err(error) => {
            eprintln!("Signalbox could not open its window: {error}. Is there a display?");
            1
        }
    }
}
