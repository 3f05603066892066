/** Where the page begins: a chat of CopilotKit's beside the strategy that Ratchet suggests for what is being typed. */
import { CopilotChat, CopilotKitProvider } from '@copilotkit/react-core/v2';
import '@copilotkit/react-core/v2/styles.css';
import { type InputEvent, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import './page.css';
import { SuggestedStrategy } from './suggested-strategy.tsx';

function ChatPage() {
  const [request, setRequest] = useState('');
  const onInput = ({ target }: InputEvent<HTMLElement>): void => {
    // An empty box is one that was sent: the suggestion for what was sent stays.
    if (target instanceof HTMLTextAreaElement && target.value.trim() !== '') setRequest(target.value);
  };
  return (
    <main>
      <section className="chat" onInput={onInput}>
        <CopilotChat labels={{ welcomeMessageText: 'What shall be written?', chatInputPlaceholder: 'Ask for a function, a class, tests ...' }} />
      </section>
      <SuggestedStrategy request={request} />
    </main>
  );
}

// The inspector would load fonts from elsewhere.
createRoot(document.getElementById('page') as HTMLElement).render(
  <StrictMode>
    <CopilotKitProvider runtimeUrl="/api/copilotkit" useSingleEndpoint={false} enableInspector={false}>
      <ChatPage />
    </CopilotKitProvider>
  </StrictMode>,
);
