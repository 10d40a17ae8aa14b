//! An examination as JUnit XML, which build servers show: a suite for each check, a case for each finding.

use crate::flow::doctor::{Check, Finding, Report};
use crate::html::{Html, HtmlValue};

const DOCUMENT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"jackfield doctor\" \
     tests=\"{{tests}}\" failures=\"{{failures}}\" time=\"0\" timestamp=\"{{at}}\">\n{{suites}}</testsuites>\n";
const SUITE: &str = "  <testsuite name=\"{{check}}\" hostname=\"{{environment}}\" tests=\"{{tests}}\" \
     failures=\"{{failures}}\" errors=\"0\" skipped=\"0\" time=\"0\" timestamp=\"{{at}}\">\n{{cases}}  </testsuite>\n";
const FAILED: &str = "    <testcase classname=\"{{check}}\" name=\"{{subject}}\" time=\"0\">\n      \
     <failure type=\"{{severity}}\" message=\"{{sentence}}\">{{evidence}}</failure>\n    </testcase>\n";
const PASSED: &str = "    <testcase classname=\"{{check}}\" name=\"{{subject}}\" time=\"0\">\n      \
     <system-out>{{sentence}}</system-out>\n    </testcase>\n";

/// The whole document. Problems and warnings are failures of their own types, so that a build can tell them apart.
pub(super) fn document(report: &Report, environment: &str) -> String {
    let at = report.at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let suites = Check::ALL.iter().filter_map(|check| {
        let findings: Vec<_> = report.findings.iter().filter(|finding| finding.check == *check).collect();
        if findings.is_empty() {
            return None;
        }
        let failures = failures(findings.iter().copied());
        let values = [
            ("check", HtmlValue::Text(check.word())),
            ("environment", HtmlValue::Text(environment)),
            ("tests", HtmlValue::Text(&findings.len().to_string())),
            ("failures", HtmlValue::Text(&failures)),
            ("at", HtmlValue::Text(&at)),
            ("cases", HtmlValue::Html(findings.iter().map(|finding| case(finding)).collect())),
        ];
        Some(Html::fill(SUITE, &values))
    });
    let values = [
        ("tests", HtmlValue::Text(&report.findings.len().to_string())),
        ("failures", HtmlValue::Text(&failures(report.findings.iter()))),
        ("at", HtmlValue::Text(&at)),
        ("suites", HtmlValue::Html(suites.collect())),
    ];
    Html::fill(DOCUMENT, &values).into_string()
}

fn failures<'a>(findings: impl Iterator<Item = &'a Finding>) -> String {
    findings.filter(|finding| finding.problem().is_some()).count().to_string()
}

fn case(finding: &Finding) -> Html {
    let subject = finding.subject.to_string();
    let evidence = finding.evidence.join("\n");
    let template = if finding.problem().is_some() { FAILED } else { PASSED };
    let values = [
        ("check", HtmlValue::Text(finding.check.word())),
        ("subject", HtmlValue::Text(&subject)),
        ("severity", HtmlValue::Text(finding.severity.word())),
        ("sentence", HtmlValue::Text(&finding.sentence)),
        ("evidence", HtmlValue::Text(&evidence)),
    ];
    Html::fill(template, &values)
}
