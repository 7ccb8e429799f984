import { aws_cognito as cognito, aws_secretsmanager as secrets, CfnOutput, Duration, RemovalPolicy, type aws_kms as kms, type Stack } from 'aws-cdk-lib';

import { prefixOf, type Settings } from './settings.ts';

/** Who says who people are (docs/oidc.md). */
export interface Provider {
  issuer: string;
  clientId: string;
  secretArn: string;
}

/** The company's own provider, or else users of Cognito, whom only an admin adds. */
export function providerOf(stack: Stack, settings: Settings, key: kms.IKey, host: string): Provider {
  if (settings.oidcIssuer !== '') {
    return { issuer: settings.oidcIssuer, clientId: settings.oidcClientId, secretArn: settings.oidcSecret };
  }
  const pool = usersOf(stack, settings);
  pool.addDomain('Domain', { cognitoDomain: { domainPrefix: `${prefixOf(settings)}-${stack.account}` } });
  const client = pool.addClient('Client', {
    userPoolClientName: prefixOf(settings),
    generateSecret: true,
    authFlows: {},
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL, cognito.OAuthScope.PROFILE],
      callbackUrls: [`https://${host}/api/v1/session/oidc/callback`],
    },
    supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO],
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    idTokenValidity: Duration.minutes(5),
    accessTokenValidity: Duration.minutes(5),
  });
  const made = client.node.defaultChild as cognito.CfnUserPoolClient;
  // from attribute to secret within CloudFormation: it stands in no template and no output
  const secret = new secrets.CfnSecret(stack, 'ClientSecret', {
    name: `${prefixOf(settings)}-oidc/${pool.userPoolId}`, // a name is blocked for a while by one that was deleted
    description: 'the secret that Cognito knows the server by',
    kmsKeyId: key.keyArn,
    secretString: made.attrClientSecret,
  });
  new CfnOutput(stack, 'UserPool', { value: pool.userPoolId });
  const issuer = `https://cognito-idp.${stack.region}.${stack.urlSuffix}/${pool.userPoolId}`;
  new CfnOutput(stack, 'Issuer', { value: issuer });
  return { issuer, clientId: client.userPoolClientId, secretArn: secret.ref };
}

function usersOf(stack: Stack, settings: Settings): cognito.UserPool {
  return new cognito.UserPool(stack, 'Users', {
    userPoolName: prefixOf(settings),
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    autoVerify: { email: true },
    signInCaseSensitive: false,
    accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
    passwordPolicy: { minLength: 12, requireLowercase: true, requireUppercase: true, requireDigits: true,
      requireSymbols: true, tempPasswordValidity: Duration.days(3) },
    mfa: cognito.Mfa.REQUIRED,
    mfaSecondFactor: { sms: false, otp: true },
    deletionProtection: settings.keep,
    removalPolicy: settings.keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}
