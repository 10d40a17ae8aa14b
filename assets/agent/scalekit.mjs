// npm install @scalekit-sdk/node
// set first: SCALEKIT_ENVIRONMENT_URL, SCALEKIT_CLIENT_ID, SCALEKIT_CLIENT_SECRET
import { ScalekitClient } from "@scalekit-sdk/node";

const scalekit = new ScalekitClient(
  process.env.SCALEKIT_ENVIRONMENT_URL,
  process.env.SCALEKIT_CLIENT_ID,
  process.env.SCALEKIT_CLIENT_SECRET,
);

/** The tools that this person may call, each with its account. */
async function listTools() {
  const found = [];
  const seen = new Set();
  let pageToken;
  while (!seen.has(pageToken)) {
    seen.add(pageToken);
    const page = await scalekit.tools.listScopedTools(IDENTIFIER, {
      filter: { connectionNames: CONNECTIONS },
      pageSize: 100,
      pageToken,
    });
    for (const row of page.tools) {
      if (row.identifier && row.identifier !== IDENTIFIER) continue; // somebody else's
      const definition = row.tool?.definition ?? {};
      found.push({
        name: definition.name,
        description: definition.description ?? "",
        inputSchema: definition.input_schema ?? { type: "object", properties: {} },
        reads: definition.annotations?.read_only_hint === true,
        account: row.connectedAccountId,
      });
    }
    pageToken = page.nextPageToken || undefined;
  }
  return found;
}

/** Runs a tool once with the account of this person, and returns its result. */
async function callTool(tool, input) {
  try {
    const done = await scalekit.actions.executeTool({
      toolName: tool.name,
      connectedAccountId: tool.account,
      toolInput: input,
    });
    return done.data;
  } catch (error) {
    throw new ToolFailure(
      `The call failed: ${error.message}. If it changes something, look whether it was carried out before you call it again.`,
    );
  }
}

