//! Chores of the workspace.
//!
//! - `cargo xtask layers` fails when an import runs against the direction of knowledge (ARCHITECTURE.md).
//! - `cargo xtask docs [--check]` writes the reference pages from the built program, or fails if they have drifted.

mod docs;
mod layers;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["layers"] => layers::check(),
        ["docs"] => docs::run(false),
        ["docs", "--check"] => docs::run(true),
        _ => Err(anyhow::anyhow!("usage: cargo xtask layers | docs [--check]")),
    };
    match result {
        Ok(message) => {
            say(&message);
            ExitCode::SUCCESS
        }
        Err(e) => {
            say(&format!("xtask: {e:#}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a chore's only output")]
fn say(text: &str) {
    eprintln!("{text}");
}
