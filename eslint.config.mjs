import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import jest from 'eslint-plugin-jest';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** The folders of features: none knows another, nor the panel they show themselves in. */
const features = [
  'breakpoints',
  'dataflow',
  'lint',
  'patterns',
  'refactor',
  'reuse',
  'testing'
];

/**
 * Forbid the files of a folder to import from other folders of src/.
 *
 * @param {string} folder The folder whose files are held to it.
 * @param {string[]} forbidden The folders it may not know.
 * @returns {object} A configuration for ESLint.
 */
function mayNotKnow(folder, forbidden) {
  return {
    files: [`src/${folder}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(\\.\\./)+(${forbidden.join('|')})(/|$)`,
              message: `${folder} may not know it: go through tokens.ts.`
            }
          ]
        }
      ]
    }
  };
}

export default tseslint.config(
  {
    ignores: [
      '**/node_modules',
      '**/playwright-report',
      '**/test-results',
      '.venv',
      'coverage',
      'jupyter_nbquality',
      'lib',
      'site',
      // Made from the types of the server.
      'src/api/types.ts'
    ]
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommendedTypeChecked, prettier],
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.test.json', 'ui-tests/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // Lumino's signals take `this` as their second argument.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-floating-promises': [
        'error',
        { ignoreVoid: true }
      ],
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      // Tokens share their name with the interface they stand for.
      '@typescript-eslint/no-redeclare': 'off',
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'no-console': ['error', { allow: ['warn', 'error'] }],
      'prefer-arrow-callback': 'error'
    }
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ...reactHooks.configs.flat['recommended-latest']
  },
  {
    plugins: { jupyter }
  },
  ...jupyter.configs.recommended,
  ...features.map(feature =>
    mayNotKnow(feature, [
      'panel',
      ...features.filter(other => other !== feature)
    ])
  ),
  mayNotKnow('panel', features),
  ...['api', 'notebook', 'components'].map(folder =>
    mayNotKnow(folder, ['panel', ...features])
  ),
  {
    files: ['src/**/*.spec.{ts,tsx}'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      // What tests show, nobody translates.
      'jupyter/no-untranslated-string': 'off'
    }
  },
  {
    files: ['ui-tests/**/*.ts'],
    rules: {
      // The names of the interfaces of Galata.
      '@typescript-eslint/naming-convention': 'off'
    }
  }
);
