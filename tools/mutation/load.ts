import { registerHooks } from 'node:module';
import { mutated } from './mutation.ts';
import { mutations } from './mutations.ts';

/** `node --import tools/mutation/load.ts …` with `QW_MUTATION=NAME`: the program runs with that bug. */
const name = process.env['QW_MUTATION'];
const mutation = mutations.find((one) => one.name === name);
if (!mutation) throw new Error(`QW_MUTATION names no mutation: ${name}`);

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(`/src/${mutation.file}`)) return loaded;
    if (!loaded.source) throw new Error(`${url} has no text to change`);
    const text =
      typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString();
    return { ...loaded, source: mutated(text, mutation) };
  },
});
