// Where Monaco looks for its workers.
declare var MonacoEnvironment: import('monaco-editor').Environment | undefined;
