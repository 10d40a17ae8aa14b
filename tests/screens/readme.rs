//! The pictures of the README: screens drawn as SVG.

use std::fmt::Write as _;
use std::path::Path;

use jackfield::testing::settings::ThemeVariant;
use jackfield::testing::tui::theme::{Depth, Theme};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use super::stage::{Stage, accounts};

/// Size of the terminal.
const COLUMNS: u16 = 120;
const ROWS: u16 = 32;

/// Size of a cell, in pixels.
const WIDTH: u32 = 8;
const HEIGHT: u32 = 17;

/// Distance of the letters' foot from the top of their cell, in pixels.
const FOOT: u32 = 13;

const PAPER: &str = "#101216";
const INK: &str = "#d6dae2";

/// `cargo test --test all readme -- --ignored` draws them anew.
#[test]
#[ignore = "writes into assets/pictures"]
fn pictures_are_drawn() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, stage) in pictures() {
        std::fs::write(folder.join(name), svg(stage)).unwrap();
    }
}

/// The README shows them, and all of them can be drawn.
#[test]
fn the_readme_shows_all_pictures() {
    let readme = include_str!("../../README.md");
    let pictures = pictures();
    for (name, _) in &pictures {
        assert!(readme.contains(&format!("(assets/pictures/{name})")), "{name}");
    }
    assert_eq!(readme.matches("(assets/pictures/").count(), pictures.len());
    let (_, stage) = pictures.into_iter().next().unwrap();
    let svg = svg(stage);
    assert!(svg.starts_with("<svg ") && svg.contains(">ada@acme.dev") && svg.len() < 100_000, "{}", svg.len());
}

fn pictures() -> [(&'static str, Stage); 7] {
    [
        ("accounts.svg", Stage::with_accounts(COLUMNS, ROWS, accounts())),
        ("authorize.svg", super::authorize::waiting(COLUMNS, ROWS)),
        ("tools.svg", super::tools::listed(COLUMNS, ROWS)),
        ("playground.svg", super::playground::done(COLUMNS, ROWS)),
        ("table.svg", super::table::issues(COLUMNS, ROWS)),
        ("form.svg", super::form::filled_in(COLUMNS, ROWS)),
        ("activity.svg", super::activity::remembered(COLUMNS, ROWS)),
    ]
}

fn svg(mut stage: Stage) -> String {
    stage.model.cx.theme = Theme::new(ThemeVariant::Dark, Depth::True);
    let buffer = stage.buffer();
    let (width, height) = (u32::from(buffer.area.width) * WIDTH, u32::from(buffer.area.height) * HEIGHT);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" fill=\"{INK}\" font-size=\"13\" \
         font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{PAPER}\"/>\n"
    );
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            x = run(&buffer, x, y, &mut out);
        }
    }
    out + "</svg>\n"
}

/// Draws the cells from here on that look alike, and returns where they end.
fn run(buffer: &Buffer, start: u16, y: u16, out: &mut String) -> u16 {
    let look = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
    let (foreground, background, modifier) = look(&buffer[(start, y)]);
    let (mut end, mut text) = (start, String::new());
    while end < buffer.area.width && look(&buffer[(end, y)]) == (foreground, background, modifier) {
        let symbol = buffer[(end, y)].symbol();
        text.push_str(symbol);
        end += u16::try_from(symbol.width().max(1)).unwrap();
    }
    let (mut ink, mut paper) = (colour(foreground, INK), colour(background, PAPER));
    if modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut paper);
    }
    let left = u32::from(start) * WIDTH;
    if paper != PAPER {
        let (top, width) = (u32::from(y) * HEIGHT, u32::from(end - start) * WIDTH);
        let _ =
            writeln!(out, "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{HEIGHT}\" fill=\"{paper}\"/>");
    }
    let before = text.len() - text.trim_start().len();
    let shown = text.trim();
    if !shown.is_empty() {
        let (x, y) = (left + u32::try_from(before).unwrap() * WIDTH, u32::from(y) * HEIGHT + FOOT);
        let length = u32::try_from(shown.width()).unwrap() * WIDTH;
        let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\"");
        if shown.contains("  ") {
            out.push_str(" xml:space=\"preserve\"");
        }
        if ink != INK {
            let _ = write!(out, " fill=\"{ink}\"");
        }
        for (kind, attribute) in [
            (Modifier::BOLD, " font-weight=\"bold\""),
            (Modifier::UNDERLINED, " text-decoration=\"underline\""),
            (Modifier::DIM, " opacity=\".6\""),
        ] {
            if modifier.contains(kind) {
                out.push_str(attribute);
            }
        }
        let escaped = shown.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(out, ">{escaped}</text>");
    }
    end
}

fn colour(colour: Color, usual: &str) -> String {
    match colour {
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        _ => usual.to_owned(),
    }
}
