//! The pictures of `docs/screenshots`: every screen, light and dark, empty and full.

use std::fs;
use std::path::PathBuf;

use signalbox_tests::browser::Browser;
use signalbox_tests::place::Place;
use signalbox_tests::serving::Serving;

use crate::data;
use crate::sight::{self, SCREENS, THEMES};

/// What is shown beside a screen, where that shows more of it.
fn full_place(screen: &str, server: &Serving) -> String {
    match screen {
        "accounts" => "accounts?open=account:a05".to_owned(),
        "tasks" => {
            let lists = server.get("/api/lists").body;
            let list = lists["lists"][0]["list_id"].as_str().unwrap().to_owned();
            format!("tasks?open=list:{list}")
        }
        "templates" => {
            let templates = server.get("/api/templates").body;
            let template = templates["templates"][0]["template_id"].as_str();
            format!("templates?template={}", template.unwrap())
        }
        "metrics" => "metrics?range=15m".to_owned(),
        "settings" => "settings?pane=limits".to_owned(),
        _ => screen.to_owned(),
    }
}

/// Writes them where `SIGNALBOX_SCREENSHOTS` says.
#[test]
#[ignore = "scripts/screenshots.sh runs it"]
fn of_every_screen() {
    // Without it, this is one of all the ignored tests, and takes no pictures.
    let Some(folder) = std::env::var_os("SIGNALBOX_SCREENSHOTS").map(PathBuf::from) else {
        println!("left out: scripts/screenshots.sh takes them");
        return;
    };
    fs::create_dir_all(&folder).unwrap();
    let (empty, full) = (Place::new(), Place::new());
    let servers = [
        ("empty", Serving::start(&empty, &["--simulate", "4"])),
        ("full", data::friendly(&full)),
    ];
    for (what, server) in &servers {
        let browser = Browser::open();
        browser.follow(server);
        browser.wait_for("return document.querySelector('main')?.dataset.phase === 'ready'");
        for theme in THEMES {
            sight::wear(&browser, theme);
            for screen in SCREENS {
                let place = if *what == "full" {
                    full_place(screen, server)
                } else {
                    screen.to_owned()
                };
                sight::go(&browser, &place);
                if place.contains("open=list") {
                    let rows = "[data-inspector] [data-row]";
                    browser.wait_for(&format!("return document.querySelector('{rows}') !== null"));
                }
                let file = folder.join(format!("{screen}-{theme}-{what}.png"));
                fs::write(file, browser.picture()).unwrap();
            }
        }
    }
}
