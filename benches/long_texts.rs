//! The longest key press with its frame, in every place that takes a text and on every screen that shows a
//! stranger's: a megabyte in every shape. Prints a table, in milliseconds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::string_slice
)]
#![allow(dead_code, missing_docs)]

#[path = "../tests/screens/long.rs"]
mod long;
#[path = "../tests/screens/stage.rs"]
mod stage;

use std::time::{Duration, Instant};

use jackfield::testing::tui::core::event::Event;
use jackfield::testing::tui::shell::view::draw;
use ratatui::buffer::Buffer;

use long::{fields, keys, shapes, written};
use stage::Stage;

/// So much text comes in at once, in bytes.
const SIZE: usize = 1_000_000;

/// So often is everything done; the fastest time counts, the others had to wait for somebody else.
const TIMES: usize = 3;

/// The longest of a few presses, each with its frame.
fn longest(stage: &mut Stage, events: impl Iterator<Item = Event>) -> Duration {
    let mut buffer = Buffer::empty(stage.model.cx.screen);
    let mut longest = Duration::ZERO;
    for event in events {
        let begun = Instant::now();
        stage.event(event);
        buffer.reset();
        let _ = draw(&stage.model, &mut buffer);
        longest = longest.max(begun.elapsed());
    }
    longest
}

fn table(head: &str, rows: impl Iterator<Item = (&'static str, Vec<Duration>)>) {
    print!("{head:<24}");
    shapes(0).into_iter().for_each(|(shape, _)| print!("{shape:>10}"));
    println!();
    for (name, times) in rows {
        print!("{name:<24}");
        times.iter().for_each(|time| print!("{:>10.1}", time.as_secs_f64() * 1e3));
        println!();
    }
    println!();
}

fn main() {
    let shapes = || shapes(SIZE).into_iter().map(|(_, text)| text);
    let best = |measure: &dyn Fn() -> Duration| (0..TIMES).map(|_| measure()).min().unwrap_or_default();
    let pressed = || keys().into_iter().map(Event::Key);
    table(
        "pasted into",
        fields().iter().map(|field| {
            let times = shapes().map(|text| {
                best(&|| {
                    let paste = Event::Paste(text.as_str().into());
                    longest(&mut (field.open)(), std::iter::once(paste).chain(pressed()))
                })
            });
            (field.name, times.collect())
        }),
    );
    table(
        "written on",
        written().iter().map(|(name, open)| {
            let times =
                shapes().map(|text| best(&|| longest(&mut open(&text), std::iter::once(Event::Tick).chain(pressed()))));
            (*name, times.collect())
        }),
    );
}
