/** Builds the page into dist/, with everything it needs: it loads nothing from anywhere else. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({ plugins: [react()], build: { chunkSizeWarningLimit: 10_000 } });
