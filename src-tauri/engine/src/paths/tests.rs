use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o777
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_base() {
    let check = |home: Option<&str>, xdg: Option<&str>, expected: &str| {
        let environment = Environment {
            home: home.map(PathBuf::from),
            xdg_data_home: xdg.map(PathBuf::from),
            data_dir: None,
        };
        let answer = match Base::find(&environment) {
            Ok(base) => base.path().display().to_string(),
            Err(error) => error.code().to_owned(),
        };
        assert_eq!(answer, expected, "{home:?} {xdg:?}");
    };
    if cfg!(target_os = "macos") {
        check(
            Some("/Users/o"),
            Some("/x"),
            "/Users/o/Library/Application Support/dev.signalbox.desktop",
        );
    } else {
        check(Some("/home/o"), None, "/home/o/.local/share/signalbox");
        check(Some("/home/o"), Some("/x"), "/x/signalbox");
        check(Some("/home/o"), Some("x"), "/home/o/.local/share/signalbox");
        check(None, Some("/x"), "/x/signalbox");
    }
    check(None, None, "no_home");
}

#[test]
fn which_directory_is_used() {
    let mut environment = Environment {
        home: Some("/h".into()),
        ..Environment::default()
    };
    let base = Base::find(&environment).unwrap();
    let chosen = |named: Option<&str>, environment: &Environment, world| {
        choose(named.map(Path::new), environment, world).unwrap()
    };
    let (live, simulated) = (World::Live, World::Simulated);
    assert_eq!(chosen(None, &environment, live), base.path().join("live"));
    assert_eq!(
        chosen(None, &environment, simulated),
        base.path().join("simulation")
    );
    environment.data_dir = Some("/e".into());
    assert_eq!(chosen(None, &environment, live), Path::new("/e"));
    assert_eq!(chosen(Some("/d"), &environment, live), Path::new("/d"));
    assert_eq!(
        base,
        Base::find(&environment).unwrap(),
        "the lock's place stays"
    );
}

#[test]
fn directories_are_the_owners_alone() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("a/b");
    let dir = DataDir::open(&path).unwrap();
    for made in [
        &temporary.path().join("a"),
        &path,
        &dir.logs(),
        &dir.backups(),
        &dir.simulation(),
    ] {
        assert_eq!(mode(made), 0o700, "{}", made.display());
    }
    chmod(&path, 0o755);
    assert_eq!(DataDir::open(&path).unwrap(), dir);
    assert_eq!(
        mode(&path),
        0o755,
        "a directory that was there is left as it is"
    );
    for open in [0o775, 0o757] {
        chmod(&path, open);
        assert_eq!(
            DataDir::open(&path).unwrap_err().code(),
            "data_dir_too_open"
        );
    }
    private_file(&temporary.path().join("f")).unwrap();
    assert_eq!(mode(&temporary.path().join("f")), 0o600);
    let refused = DataDir::open(&temporary.path().join("f"));
    assert_eq!(refused.unwrap_err().code(), "data_dir_unusable");
}

#[test]
fn two_spellings_are_one_directory() {
    let temporary = tempfile::tempdir().unwrap();
    let dir = DataDir::open(&temporary.path().join("d")).unwrap();
    std::os::unix::fs::symlink(dir.path(), temporary.path().join("link")).unwrap();
    assert_eq!(DataDir::open(&temporary.path().join("link")).unwrap(), dir);
    assert_eq!(
        DataDir::open(&temporary.path().join("d/../d/.")).unwrap(),
        dir
    );
}

#[test]
fn sockets_have_room_for_their_names() {
    let temporary = tempfile::tempdir().unwrap();
    let check = |length: usize, is_short: (bool, bool)| {
        let mut root = temporary.path().to_owned();
        let missing = length - root.as_os_str().len() - 1;
        root.push("d".repeat(missing));
        let dir = DataDir {
            root,
            short: temporary.path().join("s"),
        };
        let (control, phones) = (dir.control_socket(), dir.phones_socket());
        assert_eq!(
            (
                control.starts_with(&dir.short),
                phones.starts_with(&dir.short)
            ),
            is_short,
            "{length}"
        );
        assert!(control.as_os_str().len() <= SOCKET_PATH_MAX);
        assert!(phones.as_os_str().len() + CONTROL_SUFFIX.len() <= SOCKET_PATH_MAX);
        fs::create_dir_all(control.parent().unwrap()).unwrap();
        drop(std::os::unix::net::UnixListener::bind(&control).unwrap());
    };
    let phones_room = SOCKET_PATH_MAX - "/sim/phones.sock.control".len();
    let control_room = SOCKET_PATH_MAX - "/control.sock".len();
    check(phones_room, (false, false));
    check(phones_room + 1, (false, true));
    check(control_room, (false, true));
    check(control_room + 1, (true, true));
    check(200, (true, true));
}

#[test]
fn a_socket_directory_of_somebody_else_is_refused() {
    let temporary = tempfile::tempdir().unwrap();
    let check = |name: &str, expected: Result<(), &str>| {
        let answer = own_dir(&temporary.path().join(name));
        assert_eq!(
            answer.as_ref().map_err(PathError::code).copied(),
            expected,
            "{name}"
        );
    };
    check("new", Ok(()));
    check("new", Ok(()));
    assert_eq!(mode(&temporary.path().join("new")), 0o700);
    fs::create_dir(temporary.path().join("open")).unwrap();
    chmod(&temporary.path().join("open"), 0o711);
    check("open", Err("socket_dir_not_ours"));
    std::os::unix::fs::symlink(temporary.path().join("new"), temporary.path().join("link"))
        .unwrap();
    check("link", Err("socket_dir_not_ours"));
    fs::write(temporary.path().join("file"), "").unwrap();
    check("file", Err("socket_dir_not_ours"));
}
