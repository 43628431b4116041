export declare function toYaml(document: unknown): string
