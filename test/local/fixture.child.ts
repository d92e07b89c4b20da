/** A child as the hub's processes are: healthy on PORT, ends with its supervisor, dies of /die, never ready when UNWELL says why. */
import { createServer } from 'node:http';
import { endWithParent } from '../../subgraphs/shared/src/process.ts';

if (process.env.UNWELL) {
  process.stderr.write(`${process.env.UNWELL}\n`);
  process.exit(1);
}
const server = createServer((request, reply) => {
  if (request.url !== '/die') return reply.end('{"status":"ready"}');
  process.stderr.write('told to die\n');
  process.exit(3);
}).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)).closeAllConnections());
endWithParent();
