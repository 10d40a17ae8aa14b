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
    let mut cells: Vec<(u16, &str)> = Vec::new();
    let mut end = start;
    while end < buffer.area.width && look(&buffer[(end, y)]) == (foreground, background, modifier) {
        let symbol = buffer[(end, y)].symbol();
        cells.push((end, symbol));
        end += u16::try_from(symbol.width().max(1)).unwrap();
    }
    let (mut ink, mut paper) = (colour(foreground, INK), colour(background, PAPER));
    if modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut paper);
    }
    let (left, top) = (u32::from(start) * WIDTH, u32::from(y) * HEIGHT);
    if paper != PAPER {
        let width = u32::from(end - start) * WIDTH;
        let _ =
            writeln!(out, "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{HEIGHT}\" fill=\"{paper}\"/>");
    }
    let mut attributes = if ink == INK { String::new() } else { format!(" fill=\"{ink}\"") };
    for (kind, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        (Modifier::DIM, " opacity=\".6\""),
    ] {
        if modifier.contains(kind) {
            attributes.push_str(attribute);
        }
    }
    let lines: String = cells.iter().filter_map(|(x, symbol)| box_line(*x, y, symbol)).collect();
    if !lines.is_empty() {
        let _ = writeln!(out, "<path d=\"{lines}\" fill=\"none\" stroke=\"{ink}\"/>");
    }
    // Each word begins in its own column, whatever the letters of the font measure.
    for word in cells.split(|(_, symbol)| symbol.trim().is_empty() || box_line(0, 0, symbol).is_some()) {
        let Some((x, _)) = word.first() else { continue };
        let text: String = word.iter().map(|(_, symbol)| *symbol).collect();
        let (x, length) = (u32::from(*x) * WIDTH, u32::try_from(text.width()).unwrap() * WIDTH);
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\"{attributes}>{text}</text>",
            top + FOOT
        );
    }
    end
}

/// Path of a symbol that draws a frame: as a letter it would leave gaps between the lines.
fn box_line(x: u16, y: u16, symbol: &str) -> Option<String> {
    let (left, top) = (u32::from(x) * WIDTH, u32::from(y) * HEIGHT);
    let (right, bottom, x, y) = (left + WIDTH, top + HEIGHT, left + WIDTH / 2, top + HEIGHT / 2);
    Some(match symbol {
        "─" => format!("M{left} {y}H{right}"),
        "│" => format!("M{x} {top}V{bottom}"),
        "╭" | "┌" => format!("M{x} {bottom}Q{x} {y} {right} {y}"),
        "╮" | "┐" => format!("M{x} {bottom}Q{x} {y} {left} {y}"),
        "╰" | "└" => format!("M{x} {top}Q{x} {y} {right} {y}"),
        "╯" | "┘" => format!("M{x} {top}Q{x} {y} {left} {y}"),
        "├" => format!("M{x} {top}V{bottom}M{x} {y}H{right}"),
        "┤" => format!("M{x} {top}V{bottom}M{x} {y}H{left}"),
        _ => return None,
    })
}

fn colour(colour: Color, usual: &str) -> String {
    match colour {
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        _ => usual.to_owned(),
    }
}
