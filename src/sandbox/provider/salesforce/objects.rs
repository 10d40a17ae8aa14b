//! Kinds of records, their fields, and what they refer to.

use serde_json::{Value, json};

/// One kind of records.
#[derive(Debug)]
pub struct SObject {
    pub name: &'static str,
    pub plural: &'static str,
    /// First three characters of its ids.
    pub prefix: &'static str,
    /// Its own fields, each with its type.
    fields: &'static [(&'static str, FieldType)],
    /// Fields without which there is none.
    pub required: &'static [&'static str],
    /// Whether people see those that others own.
    pub public: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldType {
    Id,
    Text,
    Number,
    Flag,
    Date,
    Moment,
    /// Id of a record of this kind.
    Of(&'static str),
    /// Follows from other fields.
    Computed,
    ComputedFlag,
}

use FieldType::{Computed, ComputedFlag, Date, Flag, Id, Moment, Number, Of, Text};

/// Fields that every record has.
const COMMON: [(&str, FieldType); 6] = [
    ("Id", Id),
    ("OwnerId", Of("User")),
    ("CreatedById", Of("User")),
    ("CreatedDate", Moment),
    ("LastModifiedDate", Moment),
    ("IsDeleted", Flag),
];

/// Fields that nobody sets.
const FIXED: [&str; 5] = ["Id", "CreatedById", "CreatedDate", "LastModifiedDate", "IsDeleted"];

pub static OBJECTS: [SObject; 7] = [
    SObject {
        name: "Account",
        plural: "Accounts",
        prefix: "001",
        fields: &[
            ("Name", Text),
            ("AccountNumber", Text),
            ("AccountSource", Text),
            ("AnnualRevenue", Number),
            ("BillingStreet", Text),
            ("BillingCity", Text),
            ("BillingState", Text),
            ("BillingPostalCode", Text),
            ("BillingCountry", Text),
            ("ShippingCity", Text),
            ("ShippingCountry", Text),
            ("Description", Text),
            ("Fax", Text),
            ("Industry", Text),
            ("NumberOfEmployees", Number),
            ("ParentId", Of("Account")),
            ("Phone", Text),
            ("Rating", Text),
            ("Site", Text),
            ("TickerSymbol", Text),
            ("Type", Text),
            ("Website", Text),
        ],
        required: &["Name"],
        public: true,
    },
    SObject {
        name: "Contact",
        plural: "Contacts",
        prefix: "003",
        fields: &[
            ("Name", Computed),
            ("FirstName", Text),
            ("LastName", Text),
            ("AccountId", Of("Account")),
            ("Department", Text),
            ("Description", Text),
            ("Email", Text),
            ("LeadSource", Text),
            ("MailingStreet", Text),
            ("MailingCity", Text),
            ("MailingState", Text),
            ("MailingPostalCode", Text),
            ("MailingCountry", Text),
            ("MobilePhone", Text),
            ("Phone", Text),
            ("Title", Text),
        ],
        required: &["LastName"],
        public: true,
    },
    SObject {
        name: "Lead",
        plural: "Leads",
        prefix: "00Q",
        fields: &[
            ("Name", Computed),
            ("FirstName", Text),
            ("LastName", Text),
            ("Company", Text),
            ("AnnualRevenue", Number),
            ("Street", Text),
            ("City", Text),
            ("State", Text),
            ("PostalCode", Text),
            ("Country", Text),
            ("Description", Text),
            ("Email", Text),
            ("Industry", Text),
            ("LeadSource", Text),
            ("MobilePhone", Text),
            ("NumberOfEmployees", Number),
            ("Phone", Text),
            ("Rating", Text),
            ("Status", Text),
            ("Title", Text),
            ("Website", Text),
            ("IsConverted", ComputedFlag),
        ],
        required: &["LastName", "Company"],
        public: false,
    },
    SObject {
        name: "Opportunity",
        plural: "Opportunities",
        prefix: "006",
        fields: &[
            ("Name", Text),
            ("AccountId", Of("Account")),
            ("Amount", Number),
            ("CloseDate", Date),
            ("StageName", Text),
            ("Probability", Number),
            ("Description", Text),
            ("ForecastCategoryName", Text),
            ("LeadSource", Text),
            ("NextStep", Text),
            ("Type", Text),
            ("IsClosed", ComputedFlag),
            ("IsWon", ComputedFlag),
        ],
        required: &["Name", "StageName", "CloseDate"],
        public: false,
    },
    SObject {
        name: "Case",
        plural: "Cases",
        prefix: "500",
        fields: &[
            ("CaseNumber", Computed),
            ("AccountId", Of("Account")),
            ("ContactId", Of("Contact")),
            ("Subject", Text),
            ("Description", Text),
            ("Origin", Text),
            ("Priority", Text),
            ("Reason", Text),
            ("Status", Text),
            ("SuppliedCompany", Text),
            ("SuppliedEmail", Text),
            ("SuppliedName", Text),
            ("SuppliedPhone", Text),
            ("Type", Text),
            ("IsClosed", ComputedFlag),
        ],
        required: &[],
        public: false,
    },
    SObject {
        name: "Task",
        plural: "Tasks",
        prefix: "00T",
        fields: &[
            ("Subject", Text),
            ("Status", Text),
            ("Priority", Text),
            ("ActivityDate", Date),
            ("Description", Text),
            ("WhoId", Of("Name")),
            ("WhatId", Of("Name")),
            ("IsClosed", ComputedFlag),
        ],
        required: &[],
        public: false,
    },
    SObject {
        name: "User",
        plural: "Users",
        prefix: "005",
        fields: &[
            ("Name", Text),
            ("FirstName", Text),
            ("LastName", Text),
            ("Email", Text),
            ("Username", Text),
            ("IsActive", Flag),
        ],
        required: &[],
        public: true,
    },
];

/// The kind of this name, in any case.
pub fn named(name: &str) -> Option<&'static SObject> {
    OBJECTS.iter().find(|object| object.name.eq_ignore_ascii_case(name))
}

impl SObject {
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, FieldType)> {
        let common = COMMON.iter().take(if self.name == "User" { 1 } else { COMMON.len() });
        common.chain(self.fields).copied()
    }

    /// A field by its name, in any case.
    pub fn field(&self, name: &str) -> Option<(&'static str, FieldType)> {
        self.fields().find(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// The field behind a relationship, such as `OwnerId` behind `Owner`, and the kind that it leads to; none where it
    /// may lead to several.
    pub fn relationship(&self, name: &str) -> Option<(&'static str, &'static str, &'static SObject)> {
        let reference = |(field, kind): (&'static str, FieldType)| match kind {
            Of(target) => Some((field.strip_suffix("Id")?, field, named(target)?)),
            _ => None,
        };
        self.fields().filter_map(reference).find(|(known, ..)| known.eq_ignore_ascii_case(name))
    }

    /// True for what callers set.
    pub fn settable(&self, field: &str, kind: FieldType) -> bool {
        self.name != "User" && !FIXED.contains(&field) && !matches!(kind, Computed | ComputedFlag)
    }

    pub fn describe(&self) -> Value {
        let field = |(name, kind): (&'static str, FieldType)| {
            let (wire, target) = match kind {
                Id => ("id", None),
                Text | Computed => ("string", None),
                Number => ("double", None),
                Flag | ComputedFlag => ("boolean", None),
                Date => ("date", None),
                Moment => ("datetime", None),
                Of(target) => ("reference", Some(target)),
            };
            let writes = self.settable(name, kind);
            json!({
                "name": name,
                "label": name,
                "type": wire,
                "nillable": !self.required.contains(&name) && name != "Id",
                "createable": writes,
                "updateable": writes,
                "referenceTo": target.into_iter().collect::<Vec<_>>(),
                "relationshipName": target.and_then(|_| name.strip_suffix("Id")),
            })
        };
        let mut whole = self.render();
        crate::sandbox::object::extend(&mut whole, [("fields", self.fields().map(field).collect())]);
        whole
    }

    pub fn render(&self) -> Value {
        let writes = self.name != "User";
        json!({
            "name": self.name,
            "label": self.name,
            "labelPlural": self.plural,
            "keyPrefix": self.prefix,
            "custom": false,
            "queryable": true,
            "searchable": true,
            "createable": writes,
            "updateable": writes,
            "deletable": writes,
        })
    }
}
