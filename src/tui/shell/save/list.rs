//! Saving a list: its rows as a table, or as JSON.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::domain::{Fault, FaultKind, JsonText};
use crate::json::{Document, JsonTable, TableExport, pretty};
use crate::tui::core::message::Message;
use crate::tui::core::messages::{SaveFile, SaveList, SaveTable};
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};

/// Make a table of a list.
#[derive(Debug)]
pub struct TabulateList(pub SaveList);

/// The table was made, or could not be.
#[derive(Debug)]
pub struct ListTabulated(pub Result<SaveTable, Fault>);

impl TabulateList {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("list to save");
}

#[async_trait]
impl Task for TabulateList {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ListTabulated(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(ListTabulated(compute(move || tabulate(self.0)).await));
    }
}

/// The list as an array of objects, and as a table with a column for each head.
fn tabulate(SaveList { name, heads, rows }: SaveList) -> Result<SaveTable, Fault> {
    let object = |row: Vec<String>| -> Value {
        let members = heads.iter().zip(row).map(|(head, value)| ((*head).to_owned(), Value::String(value)));
        Value::Object(members.collect::<Map<_, _>>())
    };
    let array = Value::Array(rows.into_iter().map(object).collect());
    let broken = |words: String| Fault::new(FaultKind::Local, format!("The list cannot be saved: {words}"));
    let text = JsonText::parse(array.to_string()).map_err(|error| broken(error.to_string()))?;
    let bytes = pretty(&text).into_bytes().into();
    let document = Document::index(text).map_err(|error| broken(error.to_string()))?;
    let table = JsonTable::from_array(&document, document.root(), &AtomicBool::new(false))
        .ok_or_else(|| broken("it has no rows.".to_owned()))?;
    let columns = (0..table.columns().len()).collect();
    let table = TableExport { table: Arc::new(table), rows: None, columns };
    Ok(SaveTable { file: SaveFile { name, bytes }, table })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::TableFormat;

    #[test]
    fn a_list_is_a_table_and_json() {
        let rows = vec![vec!["a, b".to_owned(), "1".to_owned()], vec!["c".to_owned(), String::new()]];
        let list = SaveList { name: "list.csv".to_owned(), heads: &["name", "n"], rows };
        let SaveTable { file, table } = tabulate(list).unwrap();
        let stop = AtomicBool::new(false);
        assert_eq!(table.write(TableFormat::Csv, &stop).replace("\r\n", "\n"), "name,n\n\"a, b\",1\nc,\n");
        let json: Value = serde_json::from_slice(&file.bytes).unwrap();
        assert_eq!(json[0]["name"], "a, b");
    }
}
