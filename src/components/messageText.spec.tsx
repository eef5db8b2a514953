import { render } from '@testing-library/react';

import { MessageText } from './messageText';

describe('MessageText', () => {
  it('sets what stands in backquotes as code', () => {
    const { container } = render(
      <MessageText text="`os` imported but `unused`" />
    );
    expect(container.innerHTML).toBe(
      '<code>os</code> imported but <code>unused</code>'
    );
  });

  it.each([
    '<img src=x onerror="alert(1)">',
    '`<script>alert(1)</script>` is not defined',
    '[click](javascript:alert(1)) **bold** &lt;b&gt;'
  ])('shows %p as the text it is', text => {
    const { container } = render(<MessageText text={text} />);
    expect(container.textContent).toBe(text.replace(/`/g, ''));
    expect(container.querySelector('img, script, a, b, strong')).toBeNull();
  });

  it('takes a backquote without a partner as it is', () => {
    const { container } = render(<MessageText text="a ` b" />);
    expect(container.innerHTML).toBe('a ` b');
  });
});
