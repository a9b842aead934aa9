/** `node:http` alone, answering 200: the least time in which a Node program can answer. */
import { createServer } from 'node:http'

createServer((_request, response) => response.end('{"status":"ok"}')).listen(
  Number(process.env.PORT),
  '127.0.0.1',
)
