//! Kinds of records, what they consist of, and the stages that deals and tickets go through.

use serde_json::{Value, json};

/// One kind of records.
#[derive(Debug)]
pub struct Kind {
    /// Name of one of them in the tools' names and in associations.
    pub one: &'static str,
    /// Name in the API's paths, and in the tools' names.
    pub many: &'static str,
    /// Argument that holds an id.
    pub id: &'static str,
    /// Properties that come when nothing else is asked for.
    pub usual: &'static [&'static str],
    /// All other properties.
    pub more: &'static [&'static str],
    /// Properties without which there is none.
    pub required: &'static [&'static str],
    /// Property that no two share.
    pub unique: Option<&'static str>,
    /// Property with the time of its last change.
    pub changed: &'static str,
}

/// Properties that every record has.
pub const COMMON: [&str; 4] = ["hs_object_id", "createdate", "hs_createdate", "hubspot_owner_id"];

pub static KINDS: [Kind; 7] = [
    Kind {
        one: "contact",
        many: "contacts",
        id: "contact_id",
        usual: &["email", "firstname", "lastname"],
        more: &["company", "hs_lead_status", "jobtitle", "lifecyclestage", "phone", "website", "city", "country"],
        required: &["email"],
        unique: Some("email"),
        changed: "lastmodifieddate",
    },
    Kind {
        one: "company",
        many: "companies",
        id: "company_id",
        usual: &["name", "domain"],
        more: &[
            "annualrevenue",
            "city",
            "country",
            "description",
            "industry",
            "numberofemployees",
            "phone",
            "state",
            "website",
        ],
        required: &["name"],
        unique: None,
        changed: "hs_lastmodifieddate",
    },
    Kind {
        one: "deal",
        many: "deals",
        id: "deal_id",
        usual: &["dealname", "amount", "dealstage", "pipeline", "closedate"],
        more: &["dealtype", "description", "hs_priority"],
        required: &["dealname", "dealstage"],
        unique: None,
        changed: "hs_lastmodifieddate",
    },
    Kind {
        one: "ticket",
        many: "tickets",
        id: "ticket_id",
        usual: &["subject", "content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_priority"],
        more: &["hs_ticket_category"],
        required: &["subject", "hs_pipeline_stage"],
        unique: None,
        changed: "hs_lastmodifieddate",
    },
    Kind {
        one: "task",
        many: "tasks",
        id: "task_id",
        usual: &["hs_task_subject", "hs_task_status", "hs_timestamp"],
        more: &["hs_task_body", "hs_task_priority", "hs_task_type"],
        required: &["hs_task_subject", "hs_timestamp"],
        unique: None,
        changed: "hs_lastmodifieddate",
    },
    Kind {
        one: "note",
        many: "notes",
        id: "note_id",
        usual: &["hs_note_body", "hs_timestamp"],
        more: &[],
        required: &["hs_note_body", "hs_timestamp"],
        unique: None,
        changed: "hs_lastmodifieddate",
    },
    Kind {
        one: "call",
        many: "calls",
        id: "call_id",
        usual: &["hs_call_title", "hs_timestamp"],
        more: &[
            "hs_call_body",
            "hs_call_direction",
            "hs_call_duration",
            "hs_call_status",
            "hs_call_from_number",
            "hs_call_to_number",
            "hs_call_recording_url",
        ],
        required: &["hs_call_title", "hs_timestamp"],
        unique: None,
        changed: "hs_lastmodifieddate",
    },
];

/// The kind that an object type means: `contacts`, `contact` or its number.
pub fn named(name: &str) -> Option<&'static Kind> {
    let numbers = [("0-1", "contacts"), ("0-2", "companies"), ("0-3", "deals"), ("0-5", "tickets"), ("0-27", "tasks")];
    let name = numbers.iter().find(|(number, _)| *number == name).map_or(name, |(_, many)| many);
    KINDS.iter().find(|kind| kind.many.eq_ignore_ascii_case(name) || kind.one.eq_ignore_ascii_case(name))
}

impl Kind {
    pub fn has(&self, property: &str) -> bool {
        COMMON.contains(&property)
            || property == self.changed
            || self.usual.contains(&property)
            || self.more.contains(&property)
    }

    /// Values that a property may have, where they are counted.
    pub fn options(&self, property: &str) -> Option<Vec<&'static str>> {
        match (self.one, property) {
            ("deal", "dealstage") => Some(DEAL_STAGES.iter().map(|(id, ..)| *id).collect()),
            ("deal", "pipeline") => Some(vec!["default"]),
            ("ticket", "hs_pipeline_stage") => Some(TICKET_STAGES.iter().map(|(id, ..)| *id).collect()),
            ("ticket", "hs_pipeline") => Some(vec!["0"]),
            ("ticket", "hs_ticket_priority") => Some(vec!["LOW", "MEDIUM", "HIGH", "URGENT"]),
            ("contact", "lifecyclestage") => Some(LIFECYCLE.to_vec()),
            ("task", "hs_task_status") => Some(vec!["NOT_STARTED", "IN_PROGRESS", "WAITING", "DEFERRED", "COMPLETED"]),
            ("task", "hs_task_priority") => Some(vec!["NONE", "LOW", "MEDIUM", "HIGH"]),
            ("task", "hs_task_type") => Some(vec!["TODO", "CALL", "EMAIL"]),
            ("call", "hs_call_direction") => Some(vec!["INBOUND", "OUTBOUND"]),
            _ => None,
        }
    }

    /// Values of a new record where none are given.
    pub fn beginning(&self) -> &'static [(&'static str, &'static str)] {
        match self.one {
            "contact" => &[("lifecyclestage", "lead")],
            "deal" => &[("pipeline", "default")],
            "ticket" => &[("hs_pipeline", "0")],
            "task" => &[("hs_task_status", "NOT_STARTED"), ("hs_task_priority", "NONE"), ("hs_task_type", "TODO")],
            _ => &[],
        }
    }
}

const LIFECYCLE: [&str; 8] = [
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
];

/// Stages of the deals: id, label, and how likely a deal in it is won.
const DEAL_STAGES: [(&str, &str, &str); 7] = [
    ("appointmentscheduled", "Appointment Scheduled", "0.2"),
    ("qualifiedtobuy", "Qualified To Buy", "0.4"),
    ("presentationscheduled", "Presentation Scheduled", "0.6"),
    ("decisionmakerboughtin", "Decision Maker Bought-In", "0.8"),
    ("contractsent", "Contract Sent", "0.9"),
    ("closedwon", "Closed Won", "1.0"),
    ("closedlost", "Closed Lost", "0.0"),
];

const TICKET_STAGES: [(&str, &str, &str); 4] = [
    ("1", "New", "OPEN"),
    ("2", "Waiting on contact", "OPEN"),
    ("3", "Waiting on us", "OPEN"),
    ("4", "Closed", "CLOSED"),
];

/// Pipelines of a kind; only deals and tickets go through one.
pub fn pipelines(kind: &str) -> Option<Value> {
    let (id, label, stages): (_, _, Vec<Value>) = match kind {
        "deals" => {
            let stage = |(order, (id, label, likely)): (usize, &(&str, &str, &str))| {
                let closed = if likely == &"1.0" || likely == &"0.0" { "true" } else { "false" };
                let metadata = json!({"isClosed": closed, "probability": likely});
                json!({"id": id, "label": label, "displayOrder": order, "metadata": metadata, "archived": false})
            };
            ("default", "Sales Pipeline", DEAL_STAGES.iter().enumerate().map(stage).collect())
        }
        "tickets" => {
            let stage = |(order, (id, label, state)): (usize, &(&str, &str, &str))| {
                let metadata = json!({"ticketState": state, "isClosed": (*state == "CLOSED").to_string()});
                json!({"id": id, "label": label, "displayOrder": order, "metadata": metadata, "archived": false})
            };
            ("0", "Support Pipeline", TICKET_STAGES.iter().enumerate().map(stage).collect())
        }
        _ => return None,
    };
    let pipeline = json!({"id": id, "label": label, "displayOrder": 0, "stages": stages, "archived": false});
    Some(json!({"results": [pipeline]}))
}
