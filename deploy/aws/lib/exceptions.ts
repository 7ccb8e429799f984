import { NagSuppressions } from 'cdk-nag';

import type { DataStack } from './data.ts';
import type { NetworkStack } from './network.ts';
import type { ServeStack } from './serve.ts';
import type { WorkStack } from './work.ts';

/** What cdk-nag's rules of AWS Solutions find and we leave, each with its reason; those about rights stand beside the
 * roles (policies.ts, training.ts, serve.ts). */
export function argueExceptions(data: DataStack, network: NetworkStack, work: WorkStack, serve: ServeStack | undefined): void {
  NagSuppressions.addResourceSuppressions(data.logs, [{
    id: 'AwsSolutions-S1', reason: 'It is the bucket that access logs go to; its own would never end.',
  }]);
  if (work.stream) {
    NagSuppressions.addResourceSuppressions(work.stream, [{
      id: 'AwsSolutions-KDS3', reason: 'Orders are encrypted by the stage\'s own key, in the stream as in the bucket.',
    }], true);
  }
  if (!serve) return;
  NagSuppressions.addResourceSuppressions(network.door!, [{
    id: 'AwsSolutions-EC23',
    reason: 'People reach the load balancer from where they are, by HTTPS alone; `allowedNetworks` narrows it.',
  }]);
  NagSuppressions.addStackSuppressions(serve, [
    { id: 'AwsSolutions-COG8',
      reason: 'The plus plan is paid by user; a second factor is required, and nobody can sign up.' },
    { id: 'AwsSolutions-SMG4',
      reason: 'Cognito changes the secret of a client only with the client: a new one is made, not rotated.' },
  ]);
}
