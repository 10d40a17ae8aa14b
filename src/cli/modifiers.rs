//! `jackfield modifiers`, and what `run` does with them.

use clap::Subcommand;
use serde_json::{Value, json};

use super::output::CliOutput;
use super::prompt;
use super::table::Table;
use crate::domain::{Fault, FaultKind, JsonText, ToolName, Untrusted, Violation, listed, pluralize};
use crate::flow::environment::Opened;
use crate::flow::modifiers::{ListedFile, ModifierFiles, Selection, shown};
use crate::flow::record::blocking;
use crate::flow::sources::Sources;
use crate::modifier::Modifier;
use crate::profile::FileQuestion;

/// Said where the project's file is not agreed to and nobody can be asked.
const OTHERWISE: &str = "“jackfield modifiers allow” agrees to them, “jackfield modifiers refuse” passes them over, \
                         --no-modifiers does so once.";

#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum ModifiersCommand {
    /// List modifiers, yours and those of this folder, and mistakes in their files
    List,
    /// Use the modifiers of this folder, as they are now
    Allow,
    /// Pass over the modifiers of this folder, as they are now
    Refuse,
}

impl ModifiersCommand {
    /// Carries it out. Mistakes in a file are exit code 2, after the answer.
    pub(super) async fn perform(self, output: &CliOutput) -> Result<u8, Fault> {
        let files = Sources::from_process()?.modifiers().clone();
        match self {
            Self::List => list(files, output).await,
            Self::Allow => answer(files, true, output).await,
            Self::Refuse => answer(files, false, output).await,
        }
    }
}

async fn list(files: ModifierFiles, output: &CliOutput) -> Result<u8, Fault> {
    let listed = blocking(move || Ok(files.list())).await?;
    let rows: Vec<_> =
        listed.iter().flat_map(|file| file.file.modifiers.iter().map(move |modifier| (file, modifier))).collect();
    let head = ["NAME", "TOOLS", "PROFILE", "BEFORE", "AFTER", "IN USE", "FILE"];
    let mut table = Table::new(output, "modifiers", head).in_order();
    table.add(&rows, |(file, modifier)| document(file, modifier), |(file, modifier)| row(file, modifier));
    table.end()?;
    let mistakes: Vec<_> = listed
        .iter()
        .flat_map(|file| file.file.problems.iter().map(move |problem| (shown(&file.path), problem.to_string())))
        .collect();
    if mistakes.is_empty() {
        return Ok(0);
    }
    let count = pluralize(mistakes.len() as u64, "mistake");
    let violation = |(file, sentence): (String, String)| Violation {
        field: file.as_str().into(),
        description: sentence.as_str().into(),
    };
    let mut fault = Fault::new(FaultKind::Usage, format!("{count} in the files of modifiers."));
    fault.violations = mistakes.into_iter().map(violation).collect();
    Err(fault)
}

fn in_use(file: &ListedFile) -> &'static str {
    match file.agreed {
        Some(true) => "yes",
        Some(false) => "refused",
        None => "not agreed to",
    }
}

fn patterns(modifier: &Modifier) -> Vec<Untrusted> {
    modifier.scope.tools.iter().map(|pattern| pattern.text()).collect()
}

fn row(file: &ListedFile, modifier: &Modifier) -> [String; 7] {
    let text = |text: &Option<String>| match text {
        Some(text) => Untrusted::from(text.trim()).to_string(),
        None => "-".to_owned(),
    };
    [
        modifier.name.to_string(),
        listed(&patterns(modifier), ", "),
        text(&modifier.scope.profile),
        text(&modifier.before),
        text(&modifier.after),
        in_use(file).to_owned(),
        shown(&file.path),
    ]
}

fn document(file: &ListedFile, modifier: &Modifier) -> Value {
    json!({
        "name": modifier.name.raw(),
        "tools": patterns(modifier).iter().map(Untrusted::raw).collect::<Vec<_>>(),
        "profile": modifier.scope.profile,
        "before": modifier.before,
        "after": modifier.after,
        "agreed": file.agreed,
        "file": file.path.to_string_lossy(),
    })
}

async fn answer(files: ModifierFiles, agreed: bool, output: &CliOutput) -> Result<u8, Fault> {
    let find = files.clone();
    let question = blocking(move || Ok(find.question())).await?;
    let none = "This folder has no .jackfield/modifiers.toml.";
    let question = question.ok_or_else(|| Fault::new(FaultKind::NotFound, none))?;
    let file = shown(&question.file);
    files.answer(question, agreed).await?;
    let sentence = match agreed {
        true => format!("The modifiers in {file} are used from now on, until the file changes."),
        false => format!("The modifiers in {file} are passed over from now on, until the file changes."),
    };
    output.done(&json!({ "file": file, "agreed": agreed }), &sentence)?;
    Ok(0)
}

/// Modifiers for a call of `tool`, after somebody agreed to those of the project.
///
/// # Errors
/// As [`Selection::require`]; [`FaultKind::Cancelled`] for a no.
pub(super) async fn select(opened: &Opened, tool: &ToolName, output: &CliOutput) -> Result<Selection, Fault> {
    let mut selection = opened.modifiers_for(tool).await?;
    for remark in &selection.remarks {
        output.warning(remark);
    }
    if let (Some(question), Some(files)) = (&selection.question, &opened.modifiers) {
        if !prompt::is_someone_there() {
            return selection
                .require()
                .map(|()| selection)
                .map_err(|fault| Fault { message: format!("{} {OTHERWISE}", fault.message).into(), ..fault });
        }
        prompt::ask(asked(question), "Nothing was sent.").await?;
        files.answer(question.clone(), true).await?;
        selection = opened.modifiers_for(tool).await?;
    }
    selection.require()?;
    Ok(selection)
}

/// The question, with all that would be agreed to.
fn asked(question: &FileQuestion) -> String {
    let text = Untrusted::from(question.text.trim_end());
    let lines: Vec<_> = text.whole_lines().map(|line| format!("  {line}")).collect();
    let changed = if question.changed { " It is another one than before." } else { "" };
    format!(
        "{} changes inputs and results of tools.{changed}\n{}\nUse the modifiers of this folder?",
        shown(&question.file),
        lines.join("\n")
    )
}

/// The result as it is shown. Where a modifier fails, that is told, and the result stays as it came.
pub(super) async fn shown_result(selection: &Selection, came: &JsonText, output: &CliOutput) -> JsonText {
    if !selection.changes_result() {
        return came.clone();
    }
    match selection.after(came).await {
        Ok(result) => result,
        Err(fault) => {
            output.warning(&format!("{fault} The result is shown as it came."));
            came.clone()
        }
    }
}
