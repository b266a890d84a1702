//! Pauses and stops of everything, and of a kind of task.

use axum::Json;
use axum::http::Method;
use signalbox_scheduler::Kind;

use super::super::api::Api;
use super::super::problem::Problem;
use super::Done;
use crate::commands::{Commands, Part};

pub(super) fn routes(api: &mut Api) {
    api.about("orders", "What an operator orders.");
    api.route(
        Method::POST,
        "/api/system/pause",
        "pause",
        "Start nothing new; what runs finishes",
        pause,
    );
    api.route(
        Method::POST,
        "/api/system/resume",
        "resume",
        "Go on after a pause",
        resume,
    );
    api.route(
        Method::POST,
        "/api/system/stop",
        "system_stop",
        "As pause, under its old name",
        pause,
    );
    api.route(
        Method::POST,
        "/api/system/start",
        "system_start",
        "As resume, under its old name",
        resume,
    );
    api.route(
        Method::POST,
        "/api/system/emergency-stop",
        "emergency_stop",
        "No further call to any phone, at once and over restarts",
        stop,
    );
    api.route(
        Method::POST,
        "/api/system/emergency-resume",
        "emergency_resume",
        "Go on after an emergency stop",
        unstop,
    );
    api.route(
        Method::POST,
        "/api/engagement/stop",
        "engagement_stop",
        "Start no new engagement task; what runs finishes",
        pause_kind,
    );
    api.route(
        Method::POST,
        "/api/engagement/start",
        "engagement_start",
        "Start engagement tasks again",
        resume_kind,
    );
}

async fn pause(commands: Commands) -> Result<Json<Done>, Problem> {
    commands.pause_part(Part::All).await?;
    let message = "Nothing new starts; what runs finishes.";
    Ok(Json(Done::new(message)))
}

async fn resume(commands: Commands) -> Result<Json<Done>, Problem> {
    commands.resume_part(Part::All).await?;
    Ok(Json(Done::new("New tasks may start.")))
}

async fn stop(commands: Commands) -> Result<Json<Done>, Problem> {
    commands.stop_part(Part::All).await?;
    let message = "No further call goes out to any phone, until you resume.";
    Ok(Json(Done::new(message)))
}

async fn unstop(commands: Commands) -> Result<Json<Done>, Problem> {
    commands.unstop_part(Part::All).await?;
    let message = "Phones prove themselves quiet, and work goes on.";
    Ok(Json(Done::new(message)))
}

async fn pause_kind(commands: Commands) -> Result<Json<Done>, Problem> {
    commands.pause_part(Part::Kind(Kind::Engagement)).await?;
    let message = "No new engagement task starts; what runs finishes.";
    Ok(Json(Done::new(message)))
}

async fn resume_kind(commands: Commands) -> Result<Json<Done>, Problem> {
    commands.resume_part(Part::Kind(Kind::Engagement)).await?;
    Ok(Json(Done::new("Engagement tasks may start.")))
}
