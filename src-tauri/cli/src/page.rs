//! The window's page, as it was built when this program was: see `build.rs`.

use signalbox_engine::http::Page;

/// Its files; none where it was not built.
pub const PAGE: Page = Page(include!(concat!(env!("OUT_DIR"), "/page.rs")));
