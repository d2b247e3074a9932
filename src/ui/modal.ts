/** True if a modal dialog is open: then keys and pasted files are not meant for the page below it. */
export const isModalOpen = (): boolean => document.querySelector('dialog:modal') !== null;
