import { createPrivateKey } from 'node:crypto';
import { ed25519Signer, networkOf, type Signer } from '../../agree/index.ts';
import { canonicalJson, operatorStatement, QwError, type Authority, type Genesis } from '../../model/index.ts';
import { nodeDisk, readSmallFile, systemErrorCode } from '../../platform/index.ts';

/** Holds the operator's private key, PEM (PKCS #8); whoever has it decides who votes and what is watched. */
export const operatorKeyFile = 'operator.key.pem';
const maxKeyBytes = 4096;

/** Signs as an operator of one cluster. */
export interface Operator {
  name: string;
  genesis: Genesis;
  /** `base` is the ledger position of what is in force; `content` the configuration's document, or the change. */
  sign(kind: 'configure' | 'membership', base: number, content: unknown): Authority;
}

/** The operator whose key the file holds. Throws SECRET_UNREADABLE, or FORBIDDEN when the genesis does not name it. */
export async function readOperator(file: string, genesis: Genesis): Promise<Operator> {
  let pem: Buffer | undefined;
  try {
    pem = await readSmallFile(nodeDisk, file, maxKeyBytes);
  } catch (cause) {
    throw unreadable(`the operator’s key cannot be read: ${systemErrorCode(cause) ?? 'it is no key file'}`, file);
  }
  if (!pem) throw unreadable('there is no such file', file);
  const signer = signerOf(pem, file);
  const publicKey = signer.publicKey.toString('hex');
  const named = genesis.operators.find((operator) => operator.publicKey === publicKey);
  if (!named) {
    throw new QwError('FORBIDDEN', `the genesis of cluster ${genesis.cluster} does not name this operator’s key`, {
      where: file,
      hint: 'give the key that was made together with this genesis',
    });
  }
  return operatorOf(named.name, signer, genesis);
}

/** Signs with a key that the genesis names. */
export function operatorOf(name: string, signer: Signer, genesis: Genesis): Operator {
  const network = networkOf(genesis);
  return {
    name,
    genesis,
    sign: (kind, base, content) => {
      const statement = operatorStatement(network, kind, base, canonicalJson(content));
      return { operator: name, base, signature: signer.sign(Buffer.from(statement)).toString('base64') };
    },
  };
}

function signerOf(pem: Buffer, file: string): Signer {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return ed25519Signer('operator', key);
  } catch {
    throw unreadable('the file is not a private key', file);
  }
  throw unreadable('the file does not hold an Ed25519 key', file);
}

function unreadable(what: string, where: string): QwError {
  return new QwError('SECRET_UNREADABLE', what, { where, hint: `give the ${operatorKeyFile} that init made` });
}
