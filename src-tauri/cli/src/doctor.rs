//! `signalbox doctor`: what keeps phones or data from working, and what to do about it.

use signalbox_engine::doctor::{self, Ladder};
use signalbox_engine::{Phones, usbmux_address};

use crate::args::DoctorOptions;
use crate::exit::{Exit, Failure};
use crate::paths::{data_dir, world};

/// Prints every rung of every phone; exit 6 if something does not hold.
pub async fn doctor(options: DoctorOptions, json: bool) -> Result<Exit, Failure> {
    let simulated = options.simulated_at.is_some();
    let path = data_dir(&options.data, world(simulated))?;
    let damage = doctor::data_set(&path).map_err(signalbox_engine::CommandError::from)?;
    let address = match options.simulated_at {
        Some(socket) => Phones::address_of(&socket),
        None => {
            usbmux_address().map_err(|error| Failure::new(Exit::Usage, "usbmux_address", error))?
        }
    };
    let found = doctor::phones(address, options.disturb).await;
    let sound = damage.as_ref().is_none_or(Vec::is_empty);
    let holds = found.usbmux.is_none() && found.phones.iter().all(Ladder::holds);
    if json {
        let told = serde_json::json!({
            "data_directory": path.display().to_string(),
            "data_set": damage,
            "usbmux": found.usbmux,
            "phones": found.phones,
        });
        println!("{told}");
    } else {
        match &damage {
            None => println!("data set   none yet in {}", path.display()),
            Some(lines) if lines.is_empty() => println!("data set   sound, {}", path.display()),
            Some(lines) => {
                println!(
                    "data set   DAMAGED, {}: {}",
                    path.display(),
                    lines.join("; ")
                );
            }
        }
        match &found.usbmux {
            Some(why) => println!("usbmuxd    FAILED: {why}"),
            None => println!("usbmuxd    answers, {} phones", found.phones.len()),
        }
        for phone in &found.phones {
            tell(phone);
        }
    }
    Ok(if sound && holds {
        Exit::Ok
    } else {
        Exit::Partial
    })
}

fn tell(phone: &Ladder) {
    let facts = [
        &phone.facts.name,
        &phone.facts.product_type,
        &phone.facts.ios_version,
    ];
    let facts: Vec<&str> = facts.into_iter().flatten().map(String::as_str).collect();
    println!("\n{}  {}", phone.udid, facts.join(", "));
    for rung in &phone.rungs {
        println!(
            "  {:<26} {:<15} {}",
            rung.name.to_string(),
            rung.code,
            rung.cause
        );
        if !rung.fix.is_empty() {
            println!("  {:<26} {:<15} → {}", "", "", rung.fix);
        }
    }
}
