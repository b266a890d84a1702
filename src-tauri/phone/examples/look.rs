//! Looks at every phone of a usbmuxd: facts, ladder, and how long a few calls take.
//!
//! `cargo run -p signalbox-phone --example look -- /path/of/usbmuxd.sock [bundle id] [seconds]`
//!
//! It makes a session on each phone, which ends any other, and proves the phone quiet at the end.
//! It ends itself when nothing has happened for that many seconds (3).

use std::time::Duration;

use signalbox_phone::pool::{Pool, PoolConfig, PoolEvent};
use signalbox_phone::quiet::Check;
use signalbox_phone::rung::Reach;
use signalbox_phone::{Address, Phone, PhoneError, StopSwitch, Udid};
use tokio::time::Instant;

const CALLS: u32 = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let address = match words.next() {
        Some(text) => text.parse()?,
        None => Address::from_env()?,
    };
    let bundle_id = words.next().unwrap_or("com.burbn.instagram".into());
    let (pool, mut events) = Pool::start(PoolConfig::simulated(address));
    let patience = Duration::from_secs(words.next().map_or(Ok(3), |text| text.parse())?);
    while let Ok(Some(event)) = tokio::time::timeout(patience, events.recv()).await {
        println!("{event:?}");
        if let PoolEvent::Ready { udid, .. } = event
            && let Err(error) = look(&pool, &udid, &bundle_id).await
        {
            println!("  {error:?}");
        }
    }
    Ok(())
}

async fn look(pool: &Pool, udid: &Udid, bundle_id: &str) -> Result<(), PhoneError> {
    for rung in pool.ladder(udid, bundle_id, Reach::App).await.rungs {
        println!(
            "  {:?} {} {} {}",
            rung.state, rung.name, rung.cause, rung.fix
        );
    }
    let phone = pool.connect(udid, StopSwitch::new()).await?;
    phone.launch(bundle_id).await?;
    println!("  in front: {:?}", phone.active_app().await?);
    println!("  alert: {:?}", phone.alert_text().await?);
    println!("  source: {} bytes", phone.source().await?.len());
    println!("  screenshot: {} bytes", phone.screenshot().await?.len());
    let begun = Instant::now();
    for _ in 0..CALLS {
        phone.window_size().await?;
    }
    println!("  one call: {:?}", begun.elapsed() / CALLS);
    let check = Check {
        number: 1,
        previous: Some(phone.session()),
        bundle_id: bundle_id.to_owned(),
        limit: Duration::from_secs(30),
    };
    let begun = Instant::now();
    let number = pool.prove_quiet(udid, &check, StopSwitch::new()).await?;
    println!("  quiet check {number}: {:?}", begun.elapsed());
    Ok(())
}
