//! Popup: a server as configuration of other programs. The token stands in none of the texts.

mod view;

use crate::domain::{Fault, ServerConfig};
use crate::flow::mcp_servers::{ClientConfig, ClientProgram, ProvisionedServer, hand_over};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::{CopyText, SaveFile};
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Cursor;

/// The texts, one for each place of each program.
pub struct HandOver {
    /// Name of the server, safe to show.
    name: String,
    texts: Vec<(ClientProgram, ClientConfig)>,
    cursor: Cursor,
}

impl HandOver {
    /// Shows the texts for a server.
    pub(super) fn open(config: &ServerConfig, cx: &mut Cx) {
        let server = ProvisionedServer::from(config);
        let texts = ClientProgram::ALL.iter().map(|program| {
            hand_over(&server, *program).map(|texts| texts.into_iter().map(|text| (*program, text)).collect::<Vec<_>>())
        });
        match texts.collect::<Result<Vec<_>, Fault>>() {
            Ok(texts) => {
                let texts = texts.into_iter().flatten().collect();
                cx.open(Self { name: config.name.to_string(), texts, cursor: Cursor::default() });
            }
            Err(fault) => cx.say(Level::Problem, fault.to_string()),
        }
    }

    fn selected(&self) -> Option<&(ClientProgram, ClientConfig)> {
        self.texts.get(self.cursor.row)
    }
}

impl Component for HandOver {
    fn context(&self) -> Context {
        Context::HandOver
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        Availability::here(matches!(action, Action::Copy | Action::Save))
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let Some((program, text)) = self.selected() else { return };
        match action {
            Action::Copy => {
                let what = format!("the configuration for {}", program.name());
                cx.send(CopyText { text: text.text.clone(), what });
            }
            Action::Save => {
                let name = text.place.rsplit('/').next().unwrap_or(text.place);
                let name = if name == "shell" { "claude-mcp-add.sh" } else { name };
                cx.send(SaveFile { name: name.to_owned(), bytes: format!("{}\n", text.text).into() });
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        let rows = self.texts.len();
        input.move_in_list(&mut self.cursor, rows, rows);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}
