import { useState } from "react";
import { api } from "../../convex/_generated/api";
import { APPLICATION_ID, ISSUER } from "../../convex/people";
import { Button } from "../ui/Button";
import { answerTo, clientWith, type Answer } from "./callAs";
import { Finding, Leave, Plan } from "./parts";
import type { TrialProps } from "./TrialPanel";

const HOUR_S = 3_600;

export function Forged({ onLeave }: TrialProps) {
  const [answer, setAnswer] = useState<Answer<unknown> | null>(null);
  const press = async () => {
    const intruder = clientWith(await forge());
    setAnswer(await answerTo(() => intruder.mutation(api.breakIt.flood, { count: 1 })));
  };
  return (
    <>
      <Plan>
        Writes a token that says “I am Ada”, for the right issuer and the right application, and
        signs it with a key made a moment ago. Then calls a function with it that Ada may call.
      </Plan>
      <div>
        <Button variant="primary" onPress={() => void press()}>
          Forge and call
        </Button>
      </div>
      {answer?.ok && <p>It was let in. That is a bug.</p>}
      {answer && !answer.ok && (
        <Finding code="Unauthenticated" message={answer.message}>
          <p>
            The backend checks the signature against the public keys in <code>auth.config.ts</code>{" "}
            before any function runs. So there is no entry either: nobody came as far as the log.
          </p>
          <Leave to="/audit-log" search={{}} onLeave={onLeave}>
            Look for it in the log
          </Leave>
        </Finding>
      )}
    </>
  );
}

async function forge(): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const { privateKey } = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: "ES256", kid: "forged", typ: "JWT" };
  const payload = { iss: ISSUER, aud: APPLICATION_ID, sub: "ada", iat: now, exp: now + HOUR_S };
  const text = [header, payload].map((part) => base64url(encode(JSON.stringify(part)))).join(".");
  const hash = { name: "ECDSA", hash: "SHA-256" };
  const signature = await crypto.subtle.sign(hash, privateKey, encode(text));
  return `${text}.${base64url(new Uint8Array(signature))}`;
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
