// Tools are listed and called by jackfield, which has to be on the PATH.
import { spawn } from "node:child_process";

const OPTIONS = @@OPTIONS@@; // which environment

function jackfield(words, text = "") {
  return new Promise((resolve, reject) => {
    const child = spawn("jackfield", [...OPTIONS, ...words], { stdio: ["pipe", "pipe", "pipe"] });
    const output = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (piece) => (output.out += piece));
    child.stderr.setEncoding("utf8").on("data", (piece) => (output.err += piece));
    child.stdin.on("error", () => {});
    child.stdin.end(text);
    child.on("error", (error) => reject(new ToolFailure(error.message)));
    child.on("close", (code) => {
      if (code === 0) return resolve(JSON.parse(output.out));
      let said = output.err.trim() || `jackfield ended with ${code}.`;
      try {
        const { error } = JSON.parse(said.split("\n").at(-1));
        said = `${error.message} ${error.said ?? ""}`.trim();
        if (error.may_have_been_carried_out) said += " Look whether it was carried out before you call it again.";
      } catch {
        // Not the document that it writes of a failure: its words will do.
      }
      reject(new ToolFailure(said));
    });
  });
}

/** The tools that this person may call, each with its connection. */
async function listTools() {
  const found = [];
  for (const connection of CONNECTIONS.length > 0 ? CONNECTIONS : [null]) {
    const named = connection ? [`--connection=${connection}`] : [];
    const words = ["tools", "export", "--json", "--for=mcp", "--mend", `--as=${IDENTIFIER}`, ...named];
    for (const tool of await jackfield(words)) {
      found.push({
        name: tool.name,
        description: tool.description ?? "",
        inputSchema: tool.inputSchema,
        reads: tool.annotations?.readOnlyHint === true,
        connection,
      });
    }
  }
  return found;
}

/** Runs a tool once as this person, and returns its result. */
async function callTool(tool, input) {
  const named = tool.connection ? [`--connection=${tool.connection}`] : [];
  // Whoever was to be asked has been asked.
  const words = ["run", "--json", "--yes", "--input=-", `--as=${IDENTIFIER}`, ...named, "--", tool.name];
  return (await jackfield(words, JSON.stringify(input))).data;
}

