import closeWithGrace from 'close-with-grace';
import { pino } from 'pino';
import { followClock } from '../../subgraphs/shared/src/clock.ts';
import { ConfigError } from '../../subgraphs/shared/src/config.ts';
import { endWithParent } from '../../subgraphs/shared/src/process.ts';
import { readGatewayConfig } from './config.ts';
import { createGateway } from './server.ts';

const CLOSE_MS = 9_000;

/** Runs the gateway as a process; ends within ten seconds of SIGTERM, with the requests in flight answered. */
async function start(): Promise<void> {
  const config = readGatewayConfig(process.argv.slice(2), process.env);
  if (config.clockFile !== undefined) followClock(config.clockFile);
  const log = pino({ name: 'gateway', level: config.logLevel });
  const gateway = await createGateway(config, log);
  const port = await gateway.listen();
  log.info({ port }, 'ready');
  endWithParent();
  closeWithGrace({ delay: CLOSE_MS, logger: false }, () => gateway.close());
}

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : `gateway did not start: ${String(error)}`}\n`);
  process.exit(1);
});
