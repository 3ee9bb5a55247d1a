// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import { definePlugin, createActions } from "@dockstat/plugin-handler/builder"

const actions = createActions({
  parseInput: ({ body, logger }) => {
    logger.debug("Parsing input")
    try {
      return { success: true, data: JSON.parse(body) }
    } catch {
      return { success: false, error: "Invalid JSON" }
    }
  },

  validateSchema: ({ previousAction, logger }) => {
    if (!previousAction.success) return previousAction
    const valid = /* schema validation */ typeof previousAction.data.text === "string"
    return { ...previousAction, valid }
  },

  transformData: ({ previousAction }) => {
    if (!previousAction.valid) return previousAction
    const transformed = /* transform logic */ { text: previousAction.data.text.trim() }
    return { ...previousAction, data: transformed }
  },

  saveToDatabase: ({ table, previousAction }) => {
    if (!previousAction.valid) return previousAction
    const result = table.insert(previousAction.data)
    return { ...previousAction, insertId: result.insertId }
  },

  sendNotification: ({ previousAction, logger }) => {
    if (!previousAction.valid) return previousAction
    logger.info(`Data saved with ID: ${previousAction.insertId}`)
    return { success: true, id: previousAction.insertId }
  }
})

export default definePlugin({
  name: "data-processor",
  // ... other metadata
  config: {
    apiRoutes: {
      "/process": {
        method: "POST",
        actions: [
          "parseInput",
          "validateSchema",
          "transformData",
          "saveToDatabase",
          "sendNotification"
        ]
      }
    },
    actions
  }
})

export { actions };
