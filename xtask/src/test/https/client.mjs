// A client as people write them: the real hosts are built in, and nothing of it knows of kemu but the demo credentials.

const API = 'https://api.oefr-kraken.energy/v1/graphql/'

async function ask(query, variables, token) {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: token }) }
  const answer = await fetch(API, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
  const { data, errors } = await answer.json()
  if (errors) throw new Error(JSON.stringify(errors))
  return data
}

function expect(what, found, wanted) {
  if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`)
}

const signIn = `mutation ($key: String) { obtainKrakenToken(input: { APIKey: $key }) { token payload } }`
const { token, payload } = (await ask(signIn, { key: process.argv[2] })).obtainKrakenToken
expect('iss', payload.iss, API)

const number = process.argv[3]
const query = `query ($number: String!) { account(accountNumber: $number) { number balance } }`
const { account } = await ask(query, { number }, token)
expect('number', account.number, number)
expect('balance', Number.isInteger(account.balance), true)
console.log(`Node ${process.version}: ${account.number} is at ${account.balance}`)
