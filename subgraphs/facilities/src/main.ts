import { serve } from '../../shared/src/serve.ts';
import { definition } from './subgraph.ts';

await serve(definition);
