//! The pictures of the README: screens drawn as SVG.

use std::fmt::Write as _;
use std::path::Path;

use jackfield::testing::settings::ThemeVariant;
use jackfield::testing::tui::theme::{Depth, Theme};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use super::readme_story::Frame;
use super::stage::Stage;

/// Size of the terminal.
const COLUMNS: u16 = 120;
const ROWS: u16 = 32;

/// Size of a cell, in pixels.
const WIDTH: u32 = 8;
const HEIGHT: u32 = 17;

/// Distance of the letters' foot from the top of their cell, in pixels.
const FOOT: u32 = 13;

/// Name of the picture that moves, and rows of its terminal.
const STORY: &str = "story.svg";
const STORY_ROWS: u16 = 28;

/// Seconds for which one frame of it is seen.
const SECONDS: usize = 3;

const PAPER: &str = "#101216";
const INK: &str = "#d6dae2";
const KEY: &str = "#7cc4ff";

/// `cargo test --test all readme -- --ignored` draws them anew.
#[test]
#[ignore = "writes into assets/pictures"]
fn pictures_are_drawn() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, stage) in pictures() {
        std::fs::write(folder.join(name), svg(stage)).unwrap();
    }
    std::fs::write(folder.join(STORY), animated(&super::readme_story::frames(COLUMNS, STORY_ROWS))).unwrap();
}

/// The README shows them, and all of them can be drawn.
#[test]
fn the_readme_shows_all_pictures() {
    let readme = include_str!("../../README.md");
    assert!(readme.lines().count() <= 120, "short enough to be read");
    let pictures = pictures();
    for name in pictures.iter().map(|(name, _)| *name).chain([STORY]) {
        assert!(readme.contains(&format!("(assets/pictures/{name})")), "{name}");
    }
    assert_eq!(readme.matches("(assets/pictures/").count(), pictures.len() + 1);
    let (_, stage) = pictures.into_iter().next().unwrap();
    let svg = svg(stage);
    assert!(svg.starts_with("<svg ") && svg.contains(">ada@acme.dev") && svg.len() < 100_000, "{}", svg.len());
}

/// It moves without a script, stays still for whoever wants that, and shows its first frame where nothing moves.
#[test]
fn the_story_is_one_small_picture() {
    let frames = super::readme_story::frames(COLUMNS, STORY_ROWS);
    let svg = animated(&frames);
    assert!(svg.len() < 250_000, "{}", svg.len());
    assert!(!svg.contains("<script") && svg.contains("prefers-reduced-motion"));
    assert_eq!(svg.matches("<g class=\"f").count(), frames.len());
    assert!(svg.contains(".f0{visibility:visible}"), "without animation, the first one is seen");
    // Every row that is shown is there, and every one that is there is shown.
    for row in svg.split("<g id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(svg.contains(&format!("<use href=\"#{row}\"")), "{row}");
    }
}

fn pictures() -> [(&'static str, Stage); 8] {
    [
        ("authorize.svg", super::authorize::waiting(COLUMNS, ROWS)),
        ("tools.svg", super::tools::listed(COLUMNS, ROWS)),
        ("playground.svg", super::playground::done(COLUMNS, ROWS)),
        ("table.svg", super::table::issues(COLUMNS, ROWS)),
        ("agent.svg", super::agent::asked(COLUMNS, ROWS)),
        ("activity.svg", super::activity::remembered(COLUMNS, ROWS)),
        ("proof.svg", super::proofs::proven(COLUMNS, ROWS)),
        ("receipt.svg", super::board::with_receipt(COLUMNS, ROWS)),
    ]
}

/// A screen in the colours of the pictures.
pub fn coloured(stage: &mut Stage) -> Buffer {
    stage.model.cx.theme = Theme::new(ThemeVariant::Dark, Depth::True);
    stage.buffer()
}

fn svg(mut stage: Stage) -> String {
    let buffer = coloured(&mut stage);
    let mut out = head(buffer.area.width, buffer.area.height, "");
    for y in 0..buffer.area.height {
        out.push_str(&row(&buffer, y, y));
    }
    out + "</svg>\n"
}

/// Beginning of a picture of so many columns and rows.
fn head(columns: u16, rows: u16, style: &str) -> String {
    let (width, height) = (u32::from(columns) * WIDTH, u32::from(rows) * HEIGHT);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" fill=\"{INK}\" font-size=\"13\" \
         font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\">\n{style}\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{PAPER}\"/>\n"
    )
}

/// One screen after the other, each with the key that led to it below. A row that several have is drawn once.
fn animated(frames: &[Frame]) -> String {
    let (count, area) = (frames.len(), frames[0].screen.area);
    let mut style = format!(
        "<style>.f{{visibility:hidden;animation:{}s step-end infinite}}.f0{{visibility:visible}}\
         @media(prefers-reduced-motion:reduce){{.f{{animation:none}}}}",
        count * SECONDS
    );
    for at in 0..count {
        let part = |at: usize| 100.0 * at as f64 / count as f64;
        let hidden = if at == 0 { "" } else { "0%{visibility:hidden}" };
        let _ = write!(
            style,
            ".f{at}{{animation-name:k{at}}}@keyframes k{at}{{{hidden}{:.2}%{{visibility:visible}}{:.2}%{{visibility:hidden}}}}",
            part(at),
            part(at + 1)
        );
    }
    style.push_str("</style>\n");
    let mut out = head(area.width, area.height + 2, &style);
    let mut rows: Vec<String> = Vec::new();
    let mut groups = String::new();
    for (at, frame) in frames.iter().enumerate() {
        let _ = writeln!(groups, "<g class=\"f f{at}\">");
        for y in 0..area.height {
            let drawn = row(&frame.screen, y, 0);
            let number = rows.iter().position(|known| *known == drawn).unwrap_or_else(|| {
                rows.push(drawn);
                rows.len() - 1
            });
            let _ = writeln!(groups, "<use href=\"#r{number}\" y=\"{}\"/>", u32::from(y) * HEIGHT);
        }
        let foot = u32::from(area.height) * HEIGHT + HEIGHT + FOOT / 2;
        let left = 6 * WIDTH;
        let _ = writeln!(
            groups,
            "<text x=\"{WIDTH}\" y=\"{foot}\" fill=\"{KEY}\" font-weight=\"bold\">{}</text>\
             <text x=\"{}\" y=\"{foot}\">{}</text>\n</g>",
            frame.key,
            left + 3 * WIDTH,
            frame.words
        );
    }
    out.push_str("<defs>\n");
    for (number, drawn) in rows.iter().enumerate() {
        let _ = writeln!(out, "<g id=\"r{number}\">\n{drawn}</g>");
    }
    out + "</defs>\n" + &groups + "</svg>\n"
}

/// Draws a row of cells as row `at` of the picture.
fn row(buffer: &Buffer, y: u16, at: u16) -> String {
    let (mut out, mut x) = (String::new(), 0);
    while x < buffer.area.width {
        x = run(buffer, x, y, at, &mut out);
    }
    out
}

/// Draws the cells from here on that look alike in row `at`, and returns where they end.
fn run(buffer: &Buffer, start: u16, y: u16, at: u16, out: &mut String) -> u16 {
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
    let (left, top) = (u32::from(start) * WIDTH, u32::from(at) * HEIGHT);
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
    let lines: String = cells.iter().filter_map(|(x, symbol)| box_line(*x, at, symbol)).collect();
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
