/** What the editor shows at the first visit. */
export const WELCOME = `# kemu, a Kraken on your laptop.
# Nothing here is real, nothing leaves it.
#
# Sign in with one click on the left, or
# run an example. Operation facts says what
# an operation needs, costs and may answer,
# as you type.

query Welcome {
  krakenVersion {
    number
  }
}
`;
