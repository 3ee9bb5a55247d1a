// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
export default {
config: {
  apiRoutes: {
    "/process": {
      method: "POST",
      actions: ["validate", "transform", "save"]
    }
  },
  actions: {
    validate: ({ body }) => ({ valid: true, data: body }),
    transform: ({ previousAction }) => ({
      ...previousAction,
      data: previousAction.data.toUpperCase()
    }),
    save: ({ table, previousAction }) => {
      table.insert(previousAction.data)
      return { success: true }
    }
  }
}
};
