import { operatorStatement, QwError, type Authority, type Genesis } from '../../model/index.ts';
import type { VerifySignature } from '../crypto/signer.ts';

/** What an operator has to have signed: one thing, at one place in the history of one network. */
export interface Asked {
  kind: 'configure' | 'membership';
  /** Ledger position of what is in force. */
  base: number;
  /** Canonical JSON. */
  content: string;
}

/** Throws unless an operator of the genesis signed exactly this, upon what is in force now. */
export function checkAuthority(
  genesis: Genesis,
  network: string,
  verify: VerifySignature,
  asked: Asked,
  authority: Authority,
): void {
  const operator = genesis.operators.find(({ name }) => name === authority.operator);
  if (!operator) {
    throw new QwError('FORBIDDEN', `${authority.operator} is no operator of this cluster`, {
      hint: 'sign with the key of an operator that the genesis names',
    });
  }
  if (authority.base !== asked.base) {
    throw new QwError('CONFLICT', `signed upon position ${authority.base}, in force is position ${asked.base}`, {
      hint: 'look at what has changed, and sign again',
      facts: { base: asked.base },
    });
  }
  const bytes = Buffer.from(operatorStatement(network, asked.kind, asked.base, asked.content));
  if (!verify(operator.publicKey, bytes, Buffer.from(authority.signature, 'base64'))) {
    throw new QwError('FORBIDDEN', `the signature of operator ${operator.name} does not fit this request`, {
      hint: 'it covers cluster, content and the position in force: sign again',
    });
  }
}
