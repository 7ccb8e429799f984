import { CfnParameter, type Stack } from 'aws-cdk-lib';

/** Description of the tag of an image, and what it may be. */
export const IMAGE_TAG = ['tag of the image of scripts/package-image', '[A-Za-z0-9_][A-Za-z0-9._-]{0,127}'] as const;

/** What the settings cannot know: given by `-c NAME=VALUE`, else a parameter of the stack, so that a template can be
 * made where there is neither program nor account. */
export function given(stack: Stack, name: string, description: string, allowedPattern: string): string {
  const context: unknown = stack.node.tryGetContext(name);
  if (context === undefined) {
    const id = name.charAt(0).toUpperCase() + name.slice(1);
    return new CfnParameter(stack, id, { description, allowedPattern }).valueAsString;
  }
  const text = String(context);
  if (new RegExp(`^(?:${allowedPattern})$`).test(text)) return text;
  throw new Error(`-c ${name}=${text}: give ${description}`);
}
