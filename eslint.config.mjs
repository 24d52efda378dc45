import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Who may import whom. Nothing may import everything. */
const boundaries = {
  'type:domain': [],
  'type:config': ['type:domain'],
  'type:telemetry': ['type:domain'],
  'type:api-schema': ['type:domain'],
  'type:contracts': ['type:domain'],
  'type:scheduling': ['type:domain'],
  'type:driver-api': ['type:domain'],
  'type:streams': ['type:domain'],
  'type:runner': ['type:domain', 'type:config', 'type:telemetry'],
  'type:openstack': ['type:domain', 'type:config', 'type:telemetry'],
  'type:identity': ['type:domain', 'type:config', 'type:telemetry'],
  'type:auth': ['type:domain', 'type:api-schema', 'type:identity', 'type:openstack', 'type:config', 'type:telemetry'],
  'type:transport': ['type:domain', 'type:contracts', 'type:config', 'type:telemetry'],
  'type:persistence': ['type:domain', 'type:config', 'type:telemetry'],
  'type:driver': ['type:domain', 'type:driver-api', 'type:config', 'type:telemetry', 'type:openstack'],
  'type:testing': [
    'type:domain',
    'type:config',
    'type:telemetry',
    'type:contracts',
    'type:transport',
    'type:persistence',
    'type:driver-api',
    'type:identity',
    'type:openstack',
  ],
  'name:api': [
    'type:streams',
    'type:runner',
    'type:domain',
    'type:api-schema',
    'type:contracts',
    'type:transport',
    'type:persistence',
    'type:auth',
    'type:identity',
    'type:openstack',
    'type:config',
    'type:telemetry',
  ],
  // A client of the API like any other, in browsers: of ours it takes only what is pure.
  'type:console': ['type:domain'],
  'name:scheduler': [
    'type:runner',
    'type:domain',
    'type:contracts',
    'type:transport',
    'type:persistence',
    'type:scheduling',
    'type:openstack',
    'type:config',
    'type:telemetry',
  ],
  'name:compute': [
    'type:streams',
    'type:runner',
    'type:domain',
    'type:contracts',
    'type:transport',
    'type:driver-api',
    'type:driver',
    'type:openstack',
    'type:config',
    'type:telemetry',
  ],
  'type:bootstrap': [
    'type:runner',
    'type:app',
    'type:domain',
    'type:config',
    'type:telemetry',
    'type:transport',
    'type:persistence',
    'type:identity',
    'type:auth',
    'type:contracts',
  ],
};

/** Libraries that only one part of the tree may touch, and why. */
const owned = [
  { allow: 'libs/drivers/engine-*/**', packages: ['dockerode'], why: 'only engine drivers talk to an engine' },
  {
    allow: 'libs/persistence/**',
    packages: ['typeorm', '@nestjs/typeorm', 'mysql2', 'libsql'],
    why: 'only persistence touches SQL',
  },
  {
    allow: 'libs/transport/**',
    packages: ['amqplib', 'amqp-connection-manager', '@golevelup/nestjs-rabbitmq'],
    why: 'only the transport touches the broker',
  },
];

/** Specs may also use what is there for testing. */
const withTesting = Object.fromEntries(Object.entries(boundaries).map(([tag, allowed]) => [tag, [...allowed, 'type:testing']]));

const boundaryRule = (rules) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    allow: [],
    depConstraints: Object.entries(rules).map(([sourceTag, onlyDependOnLibsWithTags]) => ({
      sourceTag,
      onlyDependOnLibsWithTags,
    })),
  },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.zun/**', '.nx/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['vitest.config.ts'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@nx/enforce-module-boundaries': boundaryRule(boundaries),
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'no-console': 'error',
    },
  },
  {
    // Nest reads constructor parameter types at run time: an import it needs must not become type-only.
    files: ['apps/**/*.ts', 'libs/auth/**/*.ts', 'libs/persistence/**/*.ts', 'libs/identity/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    ignores: ['test/**', 'libs/testing/**', '**/*.spec.ts', ...owned.map(({ allow }) => allow)],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: owned.flatMap(({ packages, why }) => packages.map((name) => ({ name, message: why }))) },
      ],
    },
  },
  {
    files: ['libs/**/*.ts', 'apps/**/*.ts', 'apps/**/*.tsx'],
    ignores: ['libs/config/**', 'libs/testing/**', '**/*.spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'configuration comes from @zun/config' },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.harness.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaryRule(withTesting) },
  },
  {
    // The API table: its type is what is written in it.
    files: ['libs/api-schema/src/api.ts', 'libs/api-schema/src/{fields,operations}/*.ts', 'libs/contracts/src/contract.ts'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        AbortSignal: 'readonly',
        performance: 'readonly',
      },
    },
  },
);
