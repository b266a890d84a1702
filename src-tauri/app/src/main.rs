//! The desktop app's executable: everything is in the library beside it.

fn main() {
    std::process::exit(signalbox_desktop::run());
}
