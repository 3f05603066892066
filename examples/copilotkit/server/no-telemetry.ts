/** CopilotKit's runtime reports how it is used unless it is told not to: imported before it. */
process.env['COPILOTKIT_TELEMETRY_DISABLED'] = 'true';
process.env['DO_NOT_TRACK'] = '1';
